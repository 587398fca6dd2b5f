import { sql } from 'kysely';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { eachReal, packedReals } from '../../db/packed.ts';
import { vectorValue } from '../../db/vector-type.ts';
import type { QuestionEmbedding } from './nearest.ts';
import { placesIn } from './places.ts';
import type { Scope } from './scope-cache.ts';

/**
 * How like the question each chunk is, exactly, compared by PostgreSQL.
 *
 * There and not in this process as on SQLite (EmbeddingCache): a thousand embeddings of 512 dimensions take the database
 * 1 ms and come as 12 bytes each. To hold them here would save that ms and cost every process 2 MB and, after each
 * restart, purge or turn that another process took before, some 30 ms of its one thread to read them.
 *
 * @returns in the order of the scopes' chunks, in [-1, 1]; NaN where this model has not embedded the chunk
 */
export async function cosinesInScopes(
  em: Em,
  userId: string,
  { vector, model }: QuestionEmbedding,
  scopes: readonly Scope[],
): Promise<Float64Array> {
  const scopeIds = scopes.map((scope) => scope.id);
  const compared = comparedWith(em, { vector, model });
  // Materialized, and in no order: whatever is asked of its rows, no planner can answer it from an index of nearest
  // neighbours, which would look for the scope's among everybody's and silently find few.
  const { rows } = await sql<{ scopeId: number; cosines: Uint8Array | null }>`
    with scoped as materialized (
      select s.id as scope, c.id as id, ${compared.cosine} as cosine
      from ${listed(em, 'integer', scopeIds)} as wanted
      cross join memory_scope as s
      cross join chunk as c
      where s.id = wanted.value and s.user_id = ${userId} and c.scope_id = s.id and ${compared.isMeant})
    select scope as "scopeId", ${packedReals(sql`id`, sql`cosine`)} as cosines
    from scoped where cosine is not null group by scope`.execute(db(em));
  const placeOf = placesIn(scopes);
  const all = new Float64Array(scopes.reduce((sum, { chunks }) => sum + chunks.length, 0)).fill(Number.NaN);
  for (const { scopeId, cosines } of rows) {
    eachReal(cosines, (id, cosine) => {
      const place = placeOf(scopeId, id);
      if (place !== undefined) all[place] = cosine;
    });
  }
  return all;
}

/**
 * The cosine of a chunk `c`, in PostgreSQL; null where its embedding is of another length. That is no condition: the
 * planner takes one on a length to be met by one chunk in two hundred.
 */
export function comparedWith(em: Em, { vector, model }: QuestionEmbedding) {
  const question = vectorValue(em.getPlatform(), vector);
  return {
    cosine: sql`case when vector_dims(c.embedding) = ${vector.length} then 1 - (c.embedding <=> ${question}::vector) end`,
    isMeant: sql`c.embedding_model = ${model}`,
  };
}
