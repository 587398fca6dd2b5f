import { type ScopeChunk, spread } from './scope-chunks.ts';

const K1 = 1.2;
const B = 0.75;

/** Where a term of the question stands. */
export interface TermPostings {
  /** How many of the chunks searched have the term. */
  documentFrequency: number;
  /** Those that may speak for themselves and their neighbours. */
  postings: readonly { index: number; frequency: number }[];
}

/**
 * How much of the question each chunk covers, from 0 to 1: BM25 in which the neighbours of a chunk in its session are
 * fields of it, weighted by their distance. So a short answer is found by the question before it.
 *
 * @param chunks in order, each scope in one run
 * @param terms those that occur nowhere too: they are part of the question
 */
export function lexicalScores(chunks: readonly ScopeChunk[], terms: readonly TermPostings[]): Float64Array {
  const echoes = echoesIn(chunks, terms);
  const scores = new Float64Array(chunks.length);
  // Of one term in each chunk, with what its neighbours lend it.
  const frequencies = new Float64Array(chunks.length);
  const usual = chunks.reduce((sum, chunk) => sum + chunk.weightedWords, 0) / chunks.length;
  let mass = 0;
  for (const { documentFrequency, postings } of terms) {
    const idf = Math.log(1 + (chunks.length - documentFrequency + 0.5) / (documentFrequency + 0.5));
    mass += idf;
    for (const { index, frequency } of postings) {
      if (echoes.has(index)) frequencies[index] = (frequencies[index] ?? 0) + frequency;
      else spread(chunks, index, frequency, frequencies);
    }
    // By number: these are the innermost steps of a search.
    for (let index = 0; index < chunks.length; index++) {
      const frequency = frequencies[index] ?? 0;
      if (frequency === 0) continue;
      const words = chunks[index]?.weightedWords ?? 0;
      const saturated = frequency / (frequency + K1 * (1 - B + (B * words) / usual));
      scores[index] = (scores[index] ?? 0) + idf * saturated;
      frequencies[index] = 0;
    }
  }
  return mass > 0 ? scores.map((score) => score / mass) : scores;
}

/**
 * The viewer's own questions that have all the terms: this one, asked before. What stands next to them was not said for it.
 *
 * @returns indices
 */
function echoesIn(chunks: readonly ScopeChunk[], terms: readonly TermPostings[]): ReadonlySet<number> {
  const [rarest, ...others] = terms.toSorted((a, b) => a.documentFrequency - b.documentFrequency);
  const questions = (rarest?.postings ?? []).filter(({ index }) => {
    const chunk = chunks[index];
    return chunk?.questionShare === 1 && !chunk.isAssistant;
  });
  const echoes = questions.filter((question) =>
    others.every(({ postings }) => postings.some(({ index }) => index === question.index)),
  );
  return new Set(echoes.map(({ index }) => index));
}
