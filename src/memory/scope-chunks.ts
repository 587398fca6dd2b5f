import { dayOf } from './dates.ts';

/** A chunk as the database has it. */
export interface StoredChunk {
  id: number;
  scopeId: number;
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
  seq: number;
  position: number;
  isAssistant: boolean;
  speaker: string | null;
  words: number;
  chars: number;
  /** Characters of the session's chunks up to the end of this one. */
  end: number;
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
export const REACH = 5;
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
 * What a neighbour's words count for in `chunk`, from 0 to 1.
 *
 * @param step how many chunks `neighbour` stands after `chunk`; negative: before
 */
export function neighbourWeight(chunk: ScopeChunk, neighbour: ScopeChunk, step: number): number {
  const gap = step < 0 ? chunk.end - chunk.chars - neighbour.end : neighbour.end - neighbour.chars - chunk.end;
  const own = Math.min(1, FULL_WEIGHT_CHARS / chunk.chars);
  return own * (step < 0 ? BEFORE : AFTER) * Math.exp(-gap / DECAY_CHARS);
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
  let end = before.at(-1)?.end ?? 0;
  const chunks = before.concat(
    after.map((chunk) => {
      end += chunk.chars;
      return { ...chunk, end };
    }),
  );
  // What follows now is a neighbour to the last of what was there.
  const from = Math.max(0, before.length - REACH);
  return chunks
    .slice(0, from)
    .concat(chunks.slice(from).map((chunk, i) => ({ ...chunk, weightedWords: weightedWords(chunks, from + i) })));
}

const scopeChunk = ({ text, terms, role, saidAt, ...row }: StoredChunk): ScopeChunk => ({
  id: row.id,
  scopeId: row.scopeId,
  seq: row.seq,
  position: row.position,
  isAssistant: role === 'ASSISTANT',
  speaker: row.speaker,
  words: terms,
  chars: text.length,
  end: 0,
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

function weightedWords(chunks: readonly ScopeChunk[], index: number): number {
  const chunk = chunks[index];
  if (!chunk) return 0;
  let words = chunk.words;
  for (let step = -REACH; step <= REACH; step++) {
    const neighbour = chunks[index + step];
    if (step !== 0 && neighbour) words += neighbour.words * neighbourWeight(chunk, neighbour, step);
  }
  return words;
}
