import type { Em } from '../db/orm.ts';

export interface QuestionEmbedding {
  /** Unit length. */
  vector: Float32Array;
  /** Only what the same model embedded can be compared. */
  model: string;
}

const COSINES = `
  select c.id as id, 1 - vec_distance_cosine(c.embedding, ?) as cosine
  from json_each(?) as wanted
  cross join memory_scope as s on s.id = wanted.value and s.user_id = ?
  cross join chunk as c on c.scope_id = s.id
  where c.embedding_model = ? and length(c.embedding) = ?`;

const COSINES_OF_CHUNKS = `
  select c.id as id, 1 - vec_distance_cosine(c.embedding, ?) as cosine
  from json_each(?) as wanted
  cross join chunk as c on c.id = wanted.value
  cross join memory_scope as s on s.id = c.scope_id and s.user_id = ?
  where c.embedding_model = ? and length(c.embedding) = ?`;

/**
 * How like the question each chunk is, exactly.
 *
 * @param wanted all chunks of some scopes, or some chunks
 * @returns by chunk id, in [-1, 1]; without the chunks that this model has not embedded
 */
export async function cosinesTo(
  em: Em,
  userId: string,
  { vector, model }: QuestionEmbedding,
  wanted: { scopeIds: readonly number[] } | { chunkIds: readonly number[] },
): Promise<ReadonlyMap<number, number>> {
  const [statement, ids] = 'scopeIds' in wanted ? [COSINES, wanted.scopeIds] : [COSINES_OF_CHUNKS, wanted.chunkIds];
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const parameters = [bytes, JSON.stringify(ids), userId, model, bytes.length];
  const rows = await em.execute<{ id: number; cosine: number | null }[]>(statement, parameters);
  // Null for an embedding of length 0.
  return new Map(rows.flatMap(({ id, cosine }) => (cosine === null ? [] : [[id, cosine]])));
}
