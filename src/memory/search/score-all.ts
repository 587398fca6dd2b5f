import type { Em } from '../../db/orm.ts';
import { type Question, type ScoredChunk, scoreChunk } from './evidence.ts';
import { cosinesTo, type QuestionEmbedding } from './nearest.ts';
import type { Scope, ScopeCache } from './scope-cache.ts';
import type { ScopeChunk } from './scope-chunks.ts';

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
  if (findable.chunks.length <= MAX_COMPARED) {
    return scoreEach(question, findable, await ctx.scopes.embeddings.cosinesTo(ctx.em, userId, embedding, scopes));
  }
  const best = bestByWords(question, findable);
  const ids = best.chunks.map((chunk) => chunk.id);
  const cosines = await cosinesTo(ctx.em, userId, embedding, ids);
  return scoreEach(
    question,
    best,
    Float64Array.from(ids, (id) => cosines.get(id) ?? Number.NaN),
  );
}

/** @param cosines null where nothing was compared; NaN where there is no embedding */
function scoreEach(question: Question, { chunks, lexical }: Findable, cosines: Float64Array | null): ScoredChunk[] {
  const usualCosine = cosines ? meanOfNumbers(cosines) : 0;
  const scored: ScoredChunk[] = [];
  for (let index = 0; index < chunks.length; index++) {
    const chunk = chunks[index];
    if (!chunk) continue;
    const cosine = cosines?.[index];
    const known = Number.isNaN(cosine) ? undefined : cosine;
    const each = scoreChunk(question, chunk, { lexical: lexical[index] ?? 0, cosine: known, usualCosine });
    if (each.isFound) scored.push(each);
  }
  return scored;
}

/** By priors too. */
function bestByWords(question: Question, { chunks, lexical }: Findable): Findable {
  const best = chunks
    .map((chunk, index) => {
      const own = lexical[index] ?? 0;
      return { chunk, own, score: scoreChunk(question, chunk, { lexical: own }).score };
    })
    .sort((a, b) => b.score - a.score)
    .slice(0, BEST_COMPARED);
  return { chunks: best.map(({ chunk }) => chunk), lexical: Float64Array.from(best, ({ own }) => own) };
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
