/** What a terminal shows of the bytes it was sent: as much of one as our programs use. */
export class TerminalScreen {
  #rows: string[][] = [[]];
  #row = 0;
  #column = 0;
  #unread = '';
  readonly columns: number;
  readonly #height: number;

  constructor(columns: number, height: number) {
    this.columns = columns;
    this.#height = height;
  }

  /** All lines, with those that have left at the top. */
  get text(): string {
    return this.#rows
      .map((row) =>
        Array.from(row, (cell) => cell ?? ' ')
          .join('')
          .trimEnd(),
      )
      .join('\n');
  }

  write(bytes: string): void {
    this.#unread += bytes;
    for (;;) {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: a terminal is controlled by them
      const found = /^(?:\u001b\[([?\d;]*)([A-Za-z])|\u001b\][^\u0007]*\u0007|([^\u001b]))/u.exec(this.#unread);
      if (!found) return;
      const [whole, parameters = '', command, character] = found;
      this.#unread = this.#unread.slice(whole.length);
      if (command) this.#obey(command, parameters);
      else if (character) this.#put(character);
    }
  }

  #put(character: string): void {
    if (character === '\r') this.#column = 0;
    else if (character === '\n') this.#down();
    else if (character === '\b') this.#column = Math.max(0, this.#column - 1);
    else if (character >= ' ') {
      if (this.#column >= this.columns) {
        this.#column = 0;
        this.#down();
      }
      this.#line()[this.#column] = character;
      this.#column += 1;
    }
  }

  #obey(command: string, parameters: string): void {
    const count = Number(parameters) || 1;
    const top = Math.max(0, this.#rows.length - this.#height);
    if (command === 'A') this.#row = Math.max(top, this.#row - count);
    if (command === 'B') this.#row = Math.min(this.#rows.length - 1, this.#row + count);
    if (command === 'C') this.#column = Math.min(this.columns - 1, this.#column + count);
    if (command === 'D') this.#column = Math.max(0, this.#column - count);
    if (command === 'G') this.#column = count - 1;
    if (command === 'K' || command === 'J') this.#line().length = Math.min(this.#line().length, this.#column);
    if (command === 'J') this.#rows.splice(this.#row + 1);
  }

  #line(): string[] {
    const line = this.#rows[this.#row] ?? [];
    this.#rows[this.#row] = line;
    return line;
  }

  #down(): void {
    this.#row += 1;
    this.#line();
  }
}
