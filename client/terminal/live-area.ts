const HIDE_CURSOR = '\u001b[?25l';
/** Also for when the program ends in between. */
export const SHOW_CURSOR = '\u001b[?25h';
const CLEAR_LINE_END = '\u001b[K';
const CLEAR_BELOW = '\u001b[J';

interface Output {
  /** Lines that the terminal shows; 0 or absent: not known. */
  rows?: number;
  write(text: string): unknown;
}

/**
 * Lines at the end of the screen that change while they are looked at. Only what differs is written, over what stands
 * there, so that nothing flickers; what has left the screen stays as it is.
 */
export class LiveArea {
  readonly #output: Output;
  #shown: string[] = [];
  #isOpen = false;

  constructor(output: Output) {
    this.#output = output;
  }

  /** @param lines none wider than the terminal */
  paint(lines: readonly string[]): void {
    const same = lines.findIndex((line, index) => line !== this.#shown[index]);
    const first = same === -1 ? lines.length : same;
    if (first === lines.length && lines.length === this.#shown.length) return;
    const reachable = Math.max(0, this.#shown.length - Math.max(1, this.#output.rows || 24));
    // The last line in any case, so that the cursor ends where it ends.
    const from = Math.max(reachable, Math.min(first, this.#shown.length, Math.max(0, lines.length - 1)));
    this.#output.write(this.#opened() + this.#moveTo(from) + lines.slice(from).map(ended).join('\n') + CLEAR_BELOW);
    this.#shown = [...lines];
  }

  /** Leaves the lines where they are, and the cursor below them. */
  close(lines: readonly string[] = this.#shown): void {
    this.paint(lines);
    if (!this.#isOpen) return;
    this.#output.write(`${this.#shown.length > 0 ? '\n' : ''}${SHOW_CURSOR}`);
    this.#isOpen = false;
    this.#shown = [];
  }

  #opened(): string {
    if (this.#isOpen) return '';
    this.#isOpen = true;
    return HIDE_CURSOR;
  }

  /** To the beginning of a line, from the end of the last. */
  #moveTo(index: number): string {
    const last = this.#shown.length - 1;
    if (last < 0) return '\r';
    if (index > last) return '\n';
    return `\r${last > index ? `\u001b[${last - index}A` : ''}`;
  }
}

const ended = (line: string): string => `${line}${CLEAR_LINE_END}`;
