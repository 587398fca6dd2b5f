import type { ReadStream, WriteStream } from 'node:tty';
import { LiveArea } from './live-area.ts';
import { createStyle, type Style } from './style.ts';
import { wrapText } from './wrap.ts';

/** Longer lines are hard to read. */
const WIDEST = 80;
const NARROWEST = 10;

/** Where the program reads and writes. */
export interface Terminal {
  input: ReadStream;
  output: WriteStream;
  /** Somebody types here and reads here. */
  isInteractive: boolean;
  /** What is printed can be painted over. */
  isLive: boolean;
  /** Columns that text may fill. */
  readonly width: number;
  style: Style;
  /** What was asked for. */
  print(...lines: string[]): void;
  /** How things stand; beside the reply, so that a pipe has the reply alone. */
  tell(...lines: string[]): void;
  /** A notice in amber, wrapped. */
  warn(text: string): void;
  live(): LiveArea;
}

export function openTerminal(
  { stdin, stdout, stderr }: NodeJS.Process,
  wantsColours: boolean,
  term?: string,
): Terminal {
  const isInteractive = stdin.isTTY === true && stdout.isTTY === true;
  const isLive = isInteractive && term !== 'dumb';
  const style = createStyle(wantsColours && isInteractive);
  const told = isInteractive ? stdout : stderr;
  const tell = (...lines: string[]) => void told.write(lines.map((line) => `${line}\n`).join(''));
  return {
    ...{ input: stdin, output: stdout, isInteractive, isLive, style },
    get width() {
      return Math.max(NARROWEST, Math.min(WIDEST, (stdout.columns || WIDEST) - 1));
    },
    print: (...lines) => {
      const shown = isInteractive ? lines : withoutMargins(lines);
      stdout.write(shown.map((line) => `${line}\n`).join(''));
    },
    tell,
    warn(text) {
      if (!isInteractive) return tell(text);
      tell(...wrapText(text, { width: this.width, first: '! ', rest: '  ' }).map(style.warn));
    },
    live: () => new LiveArea(stdout),
  };
}

/** Blank lines part what is said in a terminal; what goes on from a pipe has no need of them. */
function withoutMargins(lines: string[]): string[] {
  const first = lines.findIndex((line) => line !== '');
  const last = lines.findLastIndex((line) => line !== '');
  return first === -1 ? [] : lines.slice(first, last + 1);
}
