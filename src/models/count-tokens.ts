import { countTokens as count, setMergeCacheSize } from 'gpt-tokenizer/encoding/o200k_base';

// The tokenizer takes time by the square of an unbroken run, so longer runs are counted in pieces of this many characters.
const LONGEST_RUN = 128;
const longRun = new RegExp(`\\S{${LONGEST_RUN}}|\\s{${LONGEST_RUN}}`, 'gu');

/** `<|endoftext|>` and its like are ordinary words in what people write. */
const options = { disallowedSpecial: new Set<string>() };

// Its cache would keep words of users, and through them the whole texts that these were cut from.
setMergeCacheSize(0);

/** In o200k_base; a little more than its own count where a run without spaces is very long. Takes any string. */
export function countTokens(text: string): number {
  let tokens = 0;
  let from = 0;
  for (const run of text.matchAll(longRun)) {
    const to = run.index + run[0].length;
    tokens += count(text.slice(from, to), options);
    from = to;
  }
  return tokens + count(text.slice(from), options);
}

/** The longest beginning (or ending) of `text` found to hold at most `maxTokens`; no surrogate pair is split. */
export function cutToTokens(text: string, maxTokens: number, from: 'start' | 'end'): string {
  // A part of a text can hold more tokens than the whole.
  if (countTokens(text) <= maxTokens) return text;
  if (maxTokens < 1) return '';
  const cut = from === 'start' ? firstOf : lastOf;

  let fits = 0;
  let tooLong = 4 * maxTokens;
  while (countTokens(cut(text, tooLong)) <= maxTokens) {
    fits = tooLong;
    tooLong *= 2;
  }
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2);
    if (countTokens(cut(text, middle)) <= maxTokens) fits = middle;
    else tooLong = middle;
  }
  return cut(text, fits);
}

function firstOf(text: string, length: number): string {
  return text.slice(0, splitsPair(text, length) ? length - 1 : length);
}

function lastOf(text: string, length: number): string {
  const start = Math.max(0, text.length - length);
  return text.slice(splitsPair(text, start) ? start + 1 : start);
}

function splitsPair(text: string, at: number): boolean {
  return /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, at - 1), at + 1));
}
