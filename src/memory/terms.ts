import { LRUCache } from 'lru-cache';
import { stemmer } from 'stemmer';

/** UTF-16 units; longer words are cut. */
const MAX_TERM_CHARS = 64;

const WORD = /[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu;
/** Scripts that do not put spaces between words. */
const UNSPACED = /[\p{sc=Han}\p{sc=Hiragana}\p{sc=Katakana}\p{sc=Thai}\p{sc=Lao}\p{sc=Khmer}\p{sc=Myanmar}]/u;
const dictionary = new Intl.Segmenter('en', { granularity: 'word' });

/** Words that say nothing of what a question is about. A longer list was measured to find less. */
const STOP_WORDS = new Set(
  `a about an and are as at be been but by did do does for from had has have he her him his how i if in into is it its
  me my of on or our she so that the their them they this to us was we were what when where which who why will with
  would you your`.split(/\s+/),
);

const stems = new LRUCache<string, string>({ max: 20_000 });

/** Words that somebody erased are not to be kept here. */
export const forgetStems = (): void => stems.clear();

/** The words of a text in order, lower-cased, stop words included. */
export function termsOf(text: string): string[] {
  const words = text.normalize('NFKC').toLowerCase().match(WORD) ?? [];
  return words.flatMap((word) => (UNSPACED.test(word) ? splitUnspaced(word) : [word]));
}

/** What is indexed of a text: the number of its words, and how often each stem occurs; stop words count only as words. */
export function countTerms(text: string): { words: number; frequencies: Map<string, number> } {
  const words = termsOf(text);
  const frequencies = new Map<string, number>();
  for (const word of words) {
    if (STOP_WORDS.has(word)) continue;
    const term = stemOf(word);
    frequencies.set(term, (frequencies.get(term) ?? 0) + 1);
  }
  return { words: words.length, frequencies };
}

/** The stems a question is searched by, each once, in order of appearance. */
export function questionTerms(question: string): string[] {
  return [...countTerms(question).frequencies.keys()];
}

function splitUnspaced(word: string): string[] {
  return [...dictionary.segment(word)].filter((part) => part.isWordLike).map((part) => part.segment);
}

function stemOf(word: string): string {
  const known = stems.get(word);
  if (known !== undefined) return known;
  // Cut first: a word may be as long as its message. Cut in the middle of a character, a half of it would remain.
  const stem = stemmer(word.slice(0, MAX_TERM_CHARS)).toWellFormed();
  if (word.length <= MAX_TERM_CHARS) stems.set(word, stem);
  return stem;
}
