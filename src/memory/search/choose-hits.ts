import type { ScoredChunk } from './evidence.ts';

/** What may become a hit of type `H`. */
export type Candidate<H extends object> = H & {
  text: string;
  score: number;
  /** The score it would have, had the user said it. */
  merit: number;
  isAssistant: boolean;
  /** Whether it asks and tells nothing. */
  isQuestion: boolean;
  /** Session or document, and where in it: what decides between equal scores. */
  place: readonly [owner: string, seq: number, position: number];
};

/**
 * Hits score at least this share of the best that tells something. A question that was asked before is more like the
 * question than any answer to it.
 */
const WORTH = 0.5;
/** Shares of the hits kept for the assistant's words, which else would seldom be among them. */
const ASSISTANT_SHARE = 0.2;
const ASSISTANT_SHARE_ASKED = 0.5;
/** So many times `limit` are looked at: texts that are the same count once. */
const SPARE = 3;

/** The few that can be among the best `limit`. */
export function shortlist(scored: readonly ScoredChunk[], limit: number): ScoredChunk[] {
  const telling = scored.filter(({ chunk }) => chunk.questionShare < 1);
  const { best, bestMerit } = bestOf(telling.length > 0 ? telling : scored);
  const worthy = scored.filter(({ score }) => score > 0 && score >= best * WORTH);
  const assistant = scored.filter(({ chunk, merit }) => chunk.isAssistant && merit > 0 && merit >= bestMerit * WORTH);
  return [
    ...new Set([
      ...worthy.sort((a, b) => b.score - a.score).slice(0, limit * SPARE),
      ...assistant.sort((a, b) => b.merit - a.merit).slice(0, limit * SPARE),
    ]),
  ];
}

/**
 * The best `limit`, each text once, best first. Some places are kept for the assistant's best words; those that would
 * not be here for their score come last, with what remains of the lowest score.
 *
 * @param candidates of a shortlist
 */
export function chooseHits<H extends object>(
  candidates: readonly Candidate<H>[],
  limit: number,
  asksAssistant: boolean,
): Candidate<H>[] {
  const distinct = withoutRepeats([...candidates].sort(byScore));
  const telling = distinct.filter(({ isQuestion }) => !isQuestion);
  const { best, bestMerit } = bestOf(telling.length > 0 ? telling : distinct);
  const isWorthy = (hit: Candidate<H>) => hit.score > 0 && hit.score >= best * WORTH;

  const places = Math.floor(limit * (asksAssistant ? ASSISTANT_SHARE_ASKED : ASSISTANT_SHARE));
  const reserve = distinct
    .filter(({ isAssistant, merit }) => isAssistant && merit > 0 && merit >= bestMerit * WORTH)
    .sort((a, b) => b.merit - a.merit || inOrder(a, b))
    .slice(0, places);
  const reserved = new Set(reserve);
  const others = distinct.filter((hit) => isWorthy(hit) && !reserved.has(hit)).slice(0, limit - reserve.length);

  const highestMerit = bestOf(distinct).bestMerit;
  const lowest = others.at(-1)?.score ?? highestMerit;
  const raised = reserve.map((hit) => (isWorthy(hit) ? hit : { ...hit, score: lowest * (hit.merit / highestMerit) }));
  return [...others, ...raised].sort(byScore);
}

/** What was chosen, without what it was chosen by. */
export function asHit<H extends object>({ merit, isAssistant, isQuestion, place, ...hit }: Candidate<H>) {
  return hit;
}

const bestOf = (scored: readonly { score: number; merit: number }[]) => ({
  best: scored.reduce((max, { score }) => Math.max(max, score), 0),
  bestMerit: scored.reduce((max, { merit }) => Math.max(max, merit), 0),
});

type Placed = Pick<Candidate<object>, 'score' | 'place'>;

function inOrder({ place: a }: Placed, { place: b }: Placed): number {
  return compare(a[0], b[0]) || a[1] - b[1] || a[2] - b[2];
}

export const byScore = (a: Placed, b: Placed): number => b.score - a.score || inOrder(a, b);

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

function withoutRepeats<T extends { text: string }>(hits: readonly T[]): T[] {
  const seen = new Set<string>();
  return hits.filter(({ text }) => !seen.has(text) && seen.add(text));
}
