/** What a model wrote, piece by piece: a sentence with its markers, or a line that has no end in sight. */
export type Piece = { type: 'SENTENCE'; text: string; beginsLine: boolean } | { type: 'ENDLESS' };

/** Longer is no sentence; it is passed over to the end of its line. */
const MAX_UNITS = 1_500;

const OPENS = '“„‟«〝「『';
const CLOSES = '”»〞」』';
const NEWLINE = /[\r\n\u2028\u2029\v\f]/;
const BULLET = /^[\s>]*(?:[-*•–—‣]|\d{1,2}[.)])\s+/;
/** May still become one. */
const OPEN_BULLET = /^[\s>]*(?:[-*•–—‣]|\d{1,2}[.)]?)?\s*$/;
const ABBREVIATION = /(?:^|[\s(])(?:Dr|Mr|Mrs|Ms|St|No|vs|etc|approx|e\.g|i\.e|a\.m|p\.m|[A-Z])\.$/;
const MARKER = /^\[\d{1,4}(?:, ?\d{1,4})*\]/;

/**
 * Cuts a model's text into sentences as it comes; the same sentences however the text was cut. Nothing is a sentence before
 * its end, and the markers behind it, are known.
 */
export class SentenceReader {
  #held = '';
  #beginsLine = true;
  #isSkipping = false;

  push(text: string): Piece[] {
    const pieces: Piece[] = [];
    // In portions, so that a text that comes at once is bounded like one that comes in deltas.
    for (let at = 0; at < text.length; at += MAX_UNITS) {
      this.#held += text.slice(at, at + MAX_UNITS);
      this.#read(pieces, false);
    }
    return pieces;
  }

  /** @param isComplete false where the text was broken off: then its last sentence may say the opposite of what was meant */
  end(isComplete: boolean): Piece[] {
    const pieces: Piece[] = [];
    this.#held += isComplete ? '\n' : '';
    this.#read(pieces, true);
    this.#held = '';
    return pieces;
  }

  #read(pieces: Piece[], isEnd: boolean): void {
    for (;;) {
      if (this.#isSkipping && !this.#skip()) return;
      if (this.#beginsLine && OPEN_BULLET.test(this.#held) && !NEWLINE.test(this.#held) && !isEnd) return;
      const cut = boundaryIn(this.#beginsLine ? bulletLength(this.#held) : 0, this.#held);
      if (cut === null) {
        if (this.#held.length <= MAX_UNITS) return;
        pieces.push({ type: 'ENDLESS' });
        this.#isSkipping = true;
        continue;
      }
      const raw = this.#held.slice(0, cut.end);
      const text = (this.#beginsLine ? raw.replace(BULLET, '') : raw).trim();
      if (text !== '') pieces.push({ type: 'SENTENCE', text, beginsLine: this.#beginsLine });
      this.#held = this.#held.slice(cut.end);
      this.#beginsLine = cut.endsLine;
    }
  }

  /** @returns whether the end of the line was reached */
  #skip(): boolean {
    const at = this.#held.search(NEWLINE);
    this.#held = at === -1 ? '' : this.#held.slice(at + 1);
    this.#isSkipping = at === -1;
    this.#beginsLine = at !== -1;
    return at !== -1;
  }
}

const bulletLength = (text: string) => BULLET.exec(text)?.[0].length ?? 0;

/** Where the first sentence ends; null while that is not known. */
function boundaryIn(from: number, text: string): { end: number; endsLine: boolean } | null {
  let depth = 0;
  let isStraight = false;
  for (let at = from; at < text.length; at += 1) {
    const sign = text.charAt(at);
    if (NEWLINE.test(sign)) return { end: at + 1, endsLine: true };
    if (OPENS.includes(sign)) depth += 1;
    else if (CLOSES.includes(sign)) depth = Math.max(0, depth - 1);
    else if (sign === '"') isStraight = !isStraight;
    else if (/[.?!…。！？]/.test(sign) && depth === 0 && !isStraight) {
      const end = endAfter(text, at);
      if (end === 'UNKNOWN') return null;
      if (end !== null) return { end, endsLine: false };
    }
  }
  return null;
}

/** The end of a sentence whose stop is at `at`, with the markers that follow it; null where it is no end. */
function endAfter(text: string, at: number): number | 'UNKNOWN' | null {
  let end = at + 1;
  while (/[.?!…。！？)]/.test(text.charAt(end))) end += 1;
  if (end >= text.length) return 'UNKNOWN';
  if (!/[\s[]/.test(text.charAt(end)) || ABBREVIATION.test(text.slice(0, at + 1))) return null;
  for (;;) {
    const spaces = /^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0;
    const rest = text.slice(end + spaces);
    const marker = MARKER.exec(rest)?.[0];
    if (marker) {
      end += spaces + marker.length;
      while (/[.?!…]/.test(text.charAt(end))) end += 1;
      continue;
    }
    // A marker, or the one behind it, may still be coming.
    return rest === '' || /^\[[\d, ]{0,20}$/.test(rest) ? 'UNKNOWN' : end;
  }
}
