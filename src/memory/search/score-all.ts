import { onPostgres } from '../../db/dialect.ts';
import type { Em } from '../../db/orm.ts';
import { type Question, type ScoredChunk, scoreChunk } from './evidence.ts';
import { cosinesInScopes } from './exact-cosines.ts';
import { cosinesTo, type QuestionEmbedding } from './nearest.ts';
import type { Scope, ScopeCache } from './scope-cache.ts';
import type { ScopeChunk } from './scope-chunks.ts';
import { wideCosines } from './wide-cosines.ts';

/** In a wider scope only the best by words and priors are compared by their embeddings. */
const MAX_COMPARED = 10_000;
const BEST_COMPARED = 1_000;

/** What is searched, and what its words say for it, in the same order. */
interface Findable {
  chunks: readonly ScopeChunk[];
  lexical: Float64Array;
}

/** All that anything speaks for: words, likeness, a date. */
export async function scoreAll(
  ctx: { em: Em; scopes: ScopeCache },
  {
    userId,
    embedding: given,
  }: { userId: string; embedding: QuestionEmbedding | null | Promise<QuestionEmbedding | null> },
  { scopes, question, findable }: { scopes: Scope[]; question: Question; findable: Findable },
): Promise<ScoredChunk[]> {
  const embedding = await given;
  if (!embedding) return scoreEach(question, findable, null);
  const { chunks } = findable;
  if (chunks.length <= MAX_COMPARED) {
    const cosines = onPostgres(ctx.em)
      ? await cosinesInScopes(ctx.em, userId, embedding, scopes)
      : await ctx.scopes.embeddings.cosinesTo(ctx.em, userId, embedding, scopes);
    return scoreEach(question, findable, { cosines, usual: meanOfNumbers(cosines) });
  }
  const best = bestByWords(question, findable);
  const chunkIds = [...best];
  const known = onPostgres(ctx.em)
    ? await wideCosines(ctx.em, userId, embedding, { scopes, chunkIds })
    : await cosinesTo(ctx.em, userId, embedding, chunkIds);
  const cosinesOf = (ids: readonly number[]) => Float64Array.from(ids, (id) => known.get(id) ?? Number.NaN);
  const compared = only(findable, ({ id }) => best.has(id) || known.has(id));
  const cosines = cosinesOf(compared.chunks.map(({ id }) => id));
  // Of the same chunks whatever an index has found, so that none scores otherwise for it.
  return scoreEach(question, compared, { cosines, usual: meanOfNumbers(cosinesOf(chunkIds)) });
}

interface Likeness {
  /** NaN where there is no embedding. */
  cosines: Float64Array;
  /** Stands for one that is not known. */
  usual: number;
}

/** @param likeness null where nothing was compared */
function scoreEach(question: Question, { chunks, lexical }: Findable, likeness: Likeness | null): ScoredChunk[] {
  const usualCosine = likeness?.usual ?? 0;
  const scored: ScoredChunk[] = [];
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index];
    if (!chunk) continue;
    const cosine = likeness?.cosines[index];
    const known = Number.isNaN(cosine) ? undefined : cosine;
    const each = scoreChunk(question, chunk, { lexical: lexical[index] ?? 0, cosine: known, usualCosine });
    if (each.isFound) scored.push(each);
  }
  return scored;
}

/** By priors too. @returns the ids of the best */
function bestByWords(question: Question, { chunks, lexical }: Findable): ReadonlySet<number> {
  const best = chunks
    .map((chunk, index) => ({
      id: chunk.id,
      score: scoreChunk(question, chunk, { lexical: lexical[index] ?? 0 }).score,
    }))
    .sort((a, b) => b.score - a.score)
    .slice(0, BEST_COMPARED);
  return new Set(best.map(({ id }) => id));
}

function only({ chunks, lexical }: Findable, isMeant: (chunk: ScopeChunk) => boolean): Findable {
  const indices = chunks.flatMap((chunk, index) => (isMeant(chunk) ? [index] : []));
  return {
    chunks: indices.flatMap((index) => chunks[index] ?? []),
    lexical: Float64Array.from(indices, (index) => lexical[index] ?? 0),
  };
}

/** 0 where there is none. */
function meanOfNumbers(values: Float64Array): number {
  let sum = 0;
  let count = 0;
  for (let at = 0; at < values.length; at++) {
    const value = values[at] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    sum += value;
    count += 1;
  }
  return count === 0 ? 0 : sum / count;
}
