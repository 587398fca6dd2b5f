import { createInterface, type Interface } from 'node:readline';
import { Writable } from 'node:stream';
import type { WriteStream } from 'node:tty';
import type { Terminal } from './terminal.ts';

export type Typed = { kind: 'text'; text: string } | { kind: 'interrupt'; wasEmpty: boolean } | { kind: 'end' };

export interface Prompt {
  /** @param draft what stands there to begin with */
  ask(draft: string): Promise<Typed>;
  close(): void;
}

interface PromptOptions {
  /** What can follow what was typed so far. */
  complete(line: string): string[];
  /** Ctrl-C while nothing is asked. */
  onInterrupt(): void;
}

// A terminal that knows it says where what is pasted begins and ends, so that a pasted line's end does not send.
const PASTE_ON = '\u001b[?2004h';
/** For the end of the program. */
export const PASTE_OFF = '\u001b[?2004l';

/** Where a person types. What is typed while nothing is asked waits, unseen, until it is. */
export function openPrompt(terminal: Terminal, { complete, onInterrupt }: PromptOptions): Prompt {
  const { input, output, style, isLive } = terminal;
  const screen = new Screen(output);
  const lines = createInterface({ input, output: screen, terminal: isLive, completer: completer(complete) });
  const [first, further] = [`${style.thread('›')} `, `${style.quiet('…')} `];
  let settle: ((typed: Typed) => void) | null = null;
  /** Lines of what is being typed that have been entered. */
  let earlier: string[] = [];
  /** What was entered while nothing was asked. */
  let queue: string[] = [];
  let isPasting = false;
  let isClosed = false;

  if (isLive) output.write(PASTE_ON);
  input.on('keypress', (_text, key: { name?: string } | undefined) => {
    if (key?.name === 'paste-start') isPasting = true;
    if (key?.name === 'paste-end') isPasting = false;
  });
  lines.on('line', (line) => {
    if (isPasting || line.endsWith('\\')) {
      earlier.push(isPasting ? line : line.slice(0, -1));
      if (settle) askFurther();
      return;
    }
    const text = [...earlier, line].join('\n');
    earlier = [];
    if (settle) done({ kind: 'text', text });
    else if (text.trim() !== '') queue.push(text);
  });
  lines.on('SIGINT', () => {
    if (!settle) return onInterrupt();
    const wasEmpty = lines.line === '' && earlier.length === 0;
    earlier = [];
    queue = [];
    eraseLine(lines);
    screen.write('\n');
    done({ kind: 'interrupt', wasEmpty });
  });
  lines.on('close', () => {
    isClosed = true;
    done({ kind: 'end' });
  });

  function askFurther(): void {
    lines.setPrompt(further);
    lines.prompt();
  }
  function done(typed: Typed): void {
    screen.isMuted = true;
    const settled = settle;
    settle = null;
    settled?.(typed);
  }

  function begin(draft: string): void {
    // What was not sent is for a person to look at before more is.
    const kept = [draft, ...queue.splice(0)].join('\n').split('\n');
    const last = kept.pop() ?? '';
    screen.write(kept.map((line, index) => `${index === 0 ? first : further}${line}\n`).join(''));
    earlier = [...kept, ...earlier];
    lines.setPrompt(earlier.length > 0 ? further : first);
    lines.prompt(true);
    if (last !== '') lines.write(last);
  }

  return {
    ask: (draft) =>
      new Promise((resolve) => {
        if (isClosed) return resolve({ kind: 'end' });
        settle = resolve;
        screen.isMuted = false;
        const queued = draft === '' ? queue.shift() : undefined;
        if (queued === undefined) return begin(draft);
        screen.write(`${first}${queued.replaceAll('\n', `\n${further}`)}\n`);
        done({ kind: 'text', text: queued });
      }),
    close() {
      lines.close();
    },
  };
}

/** From wherever the cursor is. */
function eraseLine(lines: Interface): void {
  lines.write(null, { ctrl: true, name: 'e' });
  lines.write(null, { ctrl: true, name: 'u' });
}

/** In prose, Tab is a space. */
const completer =
  (complete: (line: string) => string[]) =>
  (line: string): [string[], string] =>
    line.startsWith('/') ? [complete(line), line] : [[' '], ''];

/** The terminal, which can be kept from showing what is typed. */
class Screen extends Writable {
  isMuted = true;
  readonly #output: WriteStream;

  constructor(output: WriteStream) {
    super({ decodeStrings: false });
    this.#output = output;
    output.on('resize', () => this.emit('resize'));
  }

  /** Nothing that is not shown takes a line of the screen. */
  get columns(): number {
    return this.isMuted ? Number.POSITIVE_INFINITY : this.#output.columns || 80;
  }

  override _write(text: string, _encoding: BufferEncoding, done: () => void): void {
    if (!this.isMuted) this.#output.write(text);
    done();
  }
}
