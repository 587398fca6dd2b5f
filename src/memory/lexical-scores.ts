import { neighbourWeight, type ScopeChunk, visitNeighbours } from './scope-chunks.ts';

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
  const frequencies = new Float64Array(chunks.length);
  const usual = chunks.reduce((sum, chunk) => sum + chunk.weightedWords, 0) / chunks.length;
  let mass = 0;
  for (const { documentFrequency, postings } of terms) {
    const idf = Math.log(1 + (chunks.length - documentFrequency + 0.5) / (documentFrequency + 0.5));
    mass += idf;
    for (const index of spread(chunks, { postings, echoes }, frequencies)) {
      const frequency = frequencies[index] ?? 0;
      const length = chunks[index]?.weightedWords ?? 0;
      const saturated = frequency / (frequency + K1 * (1 - B + (B * length) / usual));
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
  const [first, ...others] = terms.map(({ postings }) => new Set(postings.map(({ index }) => index)));
  const echoes = [...(first ?? [])].filter((index) => {
    const chunk = chunks[index];
    return chunk?.questionShare === 1 && !chunk.isAssistant && others.every((term) => term.has(index));
  });
  return new Set(echoes);
}

/**
 * Writes how often a term occurs in each chunk, what its neighbours lend it included.
 *
 * @param frequencies all 0
 * @returns where they no longer are
 */
function spread(
  chunks: readonly ScopeChunk[],
  { postings, echoes }: { postings: TermPostings['postings']; echoes: ReadonlySet<number> },
  frequencies: Float64Array,
): number[] {
  const touched: number[] = [];
  const add = (index: number, frequency: number) => {
    const before = frequencies[index] ?? 0;
    if (before === 0) touched.push(index);
    frequencies[index] = before + frequency;
  };
  for (const { index, frequency } of postings) {
    add(index, frequency);
    if (echoes.has(index)) continue;
    visitNeighbours(chunks, index, (neighbour, at, nearness) => {
      add(at, frequency * neighbourWeight(neighbour, nearness, index < at));
    });
  }
  return touched;
}
