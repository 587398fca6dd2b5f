import type { Em } from '../../db/orm.ts';

export interface QuestionEmbedding {
  /** Unit length. */
  vector: Float32Array;
  /** Only what the same model embedded can be compared. */
  model: string;
}

const EMBEDDINGS = `
  select c.id as id, c.embedding as embedding
  from json_each(?) as wanted
  cross join chunk as c on c.id = wanted.value
  cross join memory_scope as s on s.id = c.scope_id and s.user_id = ?
  where c.embedding_model = ? and length(c.embedding) = ?`;

const COSINES = `
  select c.id as id, 1 - vec_distance_cosine(c.embedding, ?) as cosine
  from json_each(?) as wanted
  cross join chunk as c on c.id = wanted.value
  cross join memory_scope as s on s.id = c.scope_id and s.user_id = ?
  where c.embedding_model = ? and length(c.embedding) = ?`;

/**
 * How like the question each of the chunks is, exactly.
 *
 * @returns by chunk id, in [-1, 1]; without the chunks that this model has not embedded
 */
export async function cosinesTo(
  em: Em,
  userId: string,
  { vector, model }: QuestionEmbedding,
  chunkIds: readonly number[],
): Promise<ReadonlyMap<number, number>> {
  const bytes = Buffer.from(vector.buffer, vector.byteOffset, vector.byteLength);
  const parameters = [bytes, JSON.stringify(chunkIds), userId, model, bytes.length];
  const rows = await em.execute<{ id: number; cosine: number | null }[]>(COSINES, parameters);
  // Null for an embedding of length 0.
  return new Map(rows.flatMap(({ id, cosine }) => (cosine === null ? [] : [[id, cosine]])));
}

/** The embeddings of chunks that can be compared with the question's, by chunk id; the bytes of a Float32Array each. */
export async function readEmbeddings(
  em: Em,
  userId: string,
  { vector, model }: QuestionEmbedding,
  chunkIds: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  if (chunkIds.length === 0) return new Map();
  const parameters = [JSON.stringify(chunkIds), userId, model, vector.byteLength];
  const rows = await em.execute<{ id: number; embedding: Uint8Array }[]>(EMBEDDINGS, parameters);
  return new Map(rows.map(({ id, embedding }) => [id, embedding]));
}
