import { dayOf } from './dates.ts';

/** A chunk as the database has it. */
export interface StoredChunk {
  id: number;
  scopeId: number;
  /** Null in a document. */
  messageId: string | null;
  seq: number;
  position: number;
  text: string;
  terms: number;
  role: string | null;
  speaker: string | null;
  /** Milliseconds since 1970. */
  saidAt: number;
}

/** What scoring needs of a chunk; everything but its text. */
export interface ScopeChunk {
  id: number;
  scopeId: number;
  /** Null in a document. */
  messageId: string | null;
  seq: number;
  position: number;
  isAssistant: boolean;
  speaker: string | null;
  words: number;
  chars: number;
  /** What its neighbours' words count for in it: 1, or less for a long chunk. */
  openness: number;
  /** What is left of a neighbour's weight on the other side of it, from 0 to 1. */
  passage: number;
  /** Of the chunk with its neighbours, in words, each neighbour by its weight. */
  weightedWords: number;
  /** Days since 1970; null in a document, which was not said on a day. */
  day: number | null;
  /** Of its sentences, from 0 to 1. */
  questionShare: number;
  isPreference: boolean;
  isTemporal: boolean;
}

/** How many chunks on either side lend a chunk their words. */
const REACH = 5;
const BEFORE = 0.6;
const AFTER = 0.4;
/** In characters: over so many a neighbour's weight falls to 1/e. */
const DECAY_CHARS = 350;
/** A chunk longer than this speaks more for itself. */
const FULL_WEIGHT_CHARS = 300;

const PREFERENCE = /\b(always|never|i prefer|i hate|i avoid|i['’]d rather|from now on|whenever i|my preference)\b/i;
const TEMPORAL =
  /\b(yesterday|today|tonight|tomorrow|ago|last|next|since|recently|weekend|weeks?|months?|years?|days?|hours?|(mon|tues|wednes|thurs|fri|satur|sun)day|january|february|april|june|july|august|september|october|november|december|(19|20)\d\d)\b/i;

/**
 * Adds an amount to the sum of a chunk, and to those of its neighbours what it counts for in them: less with the
 * characters between, and in a long chunk.
 *
 * @param sums one for each of `chunks`
 */
export function spread(chunks: readonly ScopeChunk[], index: number, amount: number, sums: Float64Array): void {
  sums[index] = (sums[index] ?? 0) + amount;
  lend(chunks, index, 1, amount * BEFORE, sums);
  lend(chunks, index, -1, amount * AFTER, sums);
}

/** To one side, as far as the scope goes. */
function lend(
  chunks: readonly ScopeChunk[],
  index: number,
  direction: 1 | -1,
  amount: number,
  sums: Float64Array,
): void {
  const scopeId = chunks[index]?.scopeId;
  let lent = amount;
  for (let step = 1; step <= REACH; step++) {
    const at = index + direction * step;
    const neighbour = chunks[at];
    if (neighbour === undefined || neighbour.scopeId !== scopeId) return;
    sums[at] = (sums[at] ?? 0) + neighbour.openness * lent;
    lent *= neighbour.passage;
  }
}

/**
 * The chunks of a scope with `rows` after them; `before` is left as it is.
 *
 * @param rows in order of (seq, position), all after the last of `before`
 */
export function appendChunks(before: readonly ScopeChunk[], rows: readonly StoredChunk[]): readonly ScopeChunk[] {
  return join(before, rows.map(scopeChunk));
}

/** The chunks as if those of `excluded` had never been there. @param first the index of the first of them */
export function withoutChunks(
  chunks: readonly ScopeChunk[],
  excluded: ReadonlySet<number>,
  first: number,
): readonly ScopeChunk[] {
  return join(
    chunks.slice(0, first),
    chunks.slice(first).filter((chunk) => !excluded.has(chunk.id)),
  );
}

/** Sets anew what depends on the neighbours. */
function join(before: readonly ScopeChunk[], after: readonly ScopeChunk[]): readonly ScopeChunk[] {
  const chunks = before.concat(after);
  // What follows now is a neighbour to the last of what was there.
  const from = Math.max(0, before.length - REACH);
  const words = new Float64Array(chunks.length);
  for (let at = Math.max(0, from - REACH); at < chunks.length; at++) spread(chunks, at, chunks[at]?.words ?? 0, words);
  return chunks
    .slice(0, from)
    .concat(chunks.slice(from).map((chunk, at) => ({ ...chunk, weightedWords: words[from + at] ?? 0 })));
}

const scopeChunk = ({ text, terms, role, saidAt, ...row }: StoredChunk): ScopeChunk => ({
  id: row.id,
  scopeId: row.scopeId,
  messageId: row.messageId,
  seq: row.seq,
  position: row.position,
  isAssistant: role === 'ASSISTANT',
  speaker: row.speaker,
  words: terms,
  chars: text.length,
  openness: Math.min(1, FULL_WEIGHT_CHARS / text.length),
  passage: Math.exp(-text.length / DECAY_CHARS),
  weightedWords: 0,
  day: role === null ? null : dayOf(new Date(saidAt)),
  questionShare: questionShare(text),
  isPreference: role === 'USER' && PREFERENCE.test(text),
  isTemporal: TEMPORAL.test(text),
});

function questionShare(text: string): number {
  const ends = text.match(/[.!?]+(?=\s|$)/g) ?? [];
  const sentences = /[.!?]\s*$/.test(text) ? ends.length : ends.length + 1;
  return ends.filter((end) => end.includes('?')).length / sentences;
}
