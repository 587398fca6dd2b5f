import { sql } from 'kysely';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { eachReal, packedReals } from '../../db/packed.ts';
import { vectorValue } from '../../db/vector-type.ts';
import { embeddingIndex, halfvec } from './embedding-index.ts';
import { comparedWith } from './exact-cosines.ts';
import type { QuestionEmbedding } from './nearest.ts';
import type { Scope } from './scope-cache.ts';

/** Of the nearest, by the index. */
const NEAREST = 200;
/** What the index looks at in one go, and at most before it gives up finding more in the scopes. */
const EF_SEARCH = 100;
const MAX_SCANNED = 20_000;

/**
 * How like the question each of these chunks is, and each of those that the index of this model's embeddings finds nearest
 * in the scopes, where there is such an index. Which are found by it is a guess; how like they are is exact.
 *
 * @returns by chunk id, in [-1, 1]; without the chunks that this model has not embedded
 */
export async function wideCosines(
  em: Em,
  userId: string,
  embedding: QuestionEmbedding,
  { scopes, chunkIds }: { scopes: readonly Scope[]; chunkIds: readonly number[] },
): Promise<ReadonlyMap<number, number>> {
  const compared = comparedWith(em, embedding);
  // Lateral: each of them is looked up, where a planner might rather read all there are.
  const { rows } = await sql<{ cosines: Uint8Array | null }>`
    with near as materialized (${nearestInIndex(em, embedding, scopes)}),
      wanted as (select value as id from ${listed(em, 'integer', chunkIds)} as given union select id from near)
    select ${packedReals(sql`found.id`, sql`found.cosine`)} as cosines
    from wanted
    cross join lateral (
      select c.id as id, ${compared.cosine} as cosine
      from chunk as c
      join memory_scope as s on s.id = c.scope_id
      where c.id = wanted.id and s.user_id = ${userId} and ${compared.isMeant} offset 0) as found
    where found.cosine is not null`.execute(db(em));
  const cosines = new Map<number, number>();
  for (const row of rows) eachReal(row.cosines, (id, cosine) => cosines.set(id, cosine));
  return cosines;
}

/**
 * Nothing where there is no index that can be used. Where the scopes are few among all that it holds, the planner may
 * find them sooner by their own index and sort them: that finds no less.
 */
function nearestInIndex(em: Em, { vector, model }: QuestionEmbedding, scopes: readonly Scope[]) {
  const index = embeddingIndex(model, vector.length);
  if (!index) return sql`select 0 as id where false`;
  const scopeIds = scopes.map((scope) => scope.id);
  const question = sql`${vectorValue(em.getPlatform(), vector)}::${halfvec(vector.length)}`;
  // One question to the database before the first row is looked for. The settings last as long as this statement, or
  // its transaction: only this search goes through such an index.
  const isReady = sql`(select coalesce(bool_and(indisvalid), false)
      and set_config('hnsw.iterative_scan', 'relaxed_order', true) is not null
      and set_config('hnsw.ef_search', ${sql.lit(String(EF_SEARCH))}, true) is not null
      and set_config('hnsw.max_scan_tuples', ${sql.lit(String(MAX_SCANNED))}, true) is not null
    from pg_index where indexrelid = to_regclass(${sql.lit(index.name)}))`;
  return sql`select id from chunk
    where ${isReady} and ${index.condition} and scope_id = any(${scopeIds}::integer[])
    order by ${index.embedding} <=> ${question} limit ${sql.lit(NEAREST)}`;
}
