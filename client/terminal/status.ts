import type { Terminal } from './terminal.ts';

const FRAME_MS = 160;
const FRAMES = ['·', '•', '●', '•'];

/** A knot that is being tied, in the colour of memory. */
export const frameOf = (startedAt: number, now = performance.now()): string =>
  FRAMES[Math.floor((now - startedAt) / FRAME_MS) % FRAMES.length] ?? '·';

/** Calls `paint` for each frame until the returned function is called. */
export function everyFrame(paint: () => void): () => void {
  const timer = setInterval(paint, FRAME_MS);
  return () => clearInterval(timer);
}

/** Shows that something is under way, in a line that goes when it has ended. */
export async function withStatus<T>(terminal: Terminal, text: () => string, run: () => Promise<T>): Promise<T> {
  if (!terminal.isLive) return run();
  const startedAt = performance.now();
  const area = terminal.live();
  const { style } = terminal;
  const stop = everyFrame(() => area.paint([`${style.thread(frameOf(startedAt))} ${style.quiet(text())}`]));
  try {
    return await run();
  } finally {
    stop();
    area.close([]);
  }
}
