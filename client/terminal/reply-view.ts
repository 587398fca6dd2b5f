import type { Reply } from '../index.ts';
import type { Chat } from './chat.ts';
import { replyLines } from './message-lines.ts';
import { pipedText } from './piped-text.ts';
import { everyFrame, frameOf } from './status.ts';

export interface Waiting {
  /** What the coach does before the first word. */
  before: string;
  /** Only wait. */
  isSilent?: boolean;
}

/** Where a reply appears as it grows. */
export interface ReplyView {
  show(reply: Reply): void;
  close(): void;
}

export function viewOfReply(chat: Chat, waiting: Waiting, isStopping: () => boolean): ReplyView {
  if (waiting.isSilent) return { show: () => undefined, close: () => undefined };
  return chat.terminal.isLive ? livingView(chat, waiting, isStopping) : pipedView(chat);
}

/** A broken connection that is mended sooner is not worth a word. */
const RECONNECTING_AFTER_MS = 2_000;
const STILL_AFTER_MS = 10_000;
const LONG_AFTER_MS = 30_000;

function livingView({ terminal, session }: Chat, { before }: Waiting, isStopping: () => boolean): ReplyView {
  const { style } = terminal;
  // The width of the beginning, at which what stands on the screen was broken.
  const look = { width: terminal.width, style, memory: session?.longTermMemory ? 'PENDING' : 'NOT_RECORDED' } as const;
  const area = terminal.live();
  const startedAt = performance.now();
  let text = '';
  /** Of the text, which stays the same for most frames. */
  let lines: string[] = [];
  let isEnded = false;
  let brokenAt: number | null = null;

  function paint(): void {
    const now = performance.now();
    const status = isEnded ? null : statusAt(now);
    const room = lines.length > 0 ? [''] : [];
    const below = status === null ? [] : [...room, `${style.thread(frameOf(startedAt, now))} ${style.quiet(status)}`];
    area.paint([...lines, ...below]);
  }
  function statusAt(now: number): string | null {
    if (isStopping()) return 'Stopping…';
    if (brokenAt !== null && now - brokenAt > RECONNECTING_AFTER_MS) return 'Reconnecting…';
    if (text !== '') return null;
    const waitedMs = now - startedAt;
    if (waitedMs > LONG_AFTER_MS) return 'Still working… Ctrl-C stops it.';
    return waitedMs > STILL_AFTER_MS ? 'Still working…' : before;
  }

  const stopFrames = everyFrame(paint);
  paint();
  return {
    show(reply) {
      text = reply.text;
      isEnded = reply.phase === 'ended';
      lines = replyLines(text, { ...look, isGrowing: !isEnded });
      brokenAt = reply.phase === 'reconnecting' ? (brokenAt ?? performance.now()) : null;
      paint();
    },
    close() {
      stopFrames();
      area.close(replyLines(text, { ...look, isGrowing: false }));
    },
  };
}

function pipedView({ terminal }: Chat): ReplyView {
  const text = pipedText((piece) => void terminal.output.write(piece));
  return {
    show: (reply) => text.show(reply.text, reply.phase === 'ended'),
    close: () => {
      if (!text.end()) terminal.tell('The server stopped, and kept a little less of the text than was printed here.');
    },
  };
}
