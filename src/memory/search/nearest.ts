import { sql } from 'kysely';
import { onPostgres } from '../../db/dialect.ts';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { vectorValue } from '../../db/vector-type.ts';

export interface QuestionEmbedding {
  /** Unit length. */
  vector: Float32Array;
  /** Only what the same model embedded can be compared. */
  model: string;
}

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
  const question = vectorValue(em.getPlatform(), vector);
  const distance = onPostgres(em)
    ? sql`c.embedding <=> ${question}::vector`
    : sql`vec_distance_cosine(c.embedding, ${question})`;
  const { rows } = await sql<{ id: number; cosine: number | null }>`
    select c.id as id, 1 - (${distance}) as cosine
    from ${listed(em, 'integer', chunkIds)} as wanted
    cross join chunk as c
    cross join memory_scope as s
    where c.id = wanted.value and s.id = c.scope_id and s.user_id = ${userId}
      and c.embedding_model = ${model} and ${lengthOf(em)} = ${vector.length}`.execute(db(em));
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
  const embedding = onPostgres(em) ? sql`vector_send(c.embedding)` : sql`c.embedding`;
  const { rows } = await sql<{ id: number; embedding: Uint8Array }>`
    select c.id as id, ${embedding} as embedding
    from ${listed(em, 'integer', chunkIds)} as wanted
    cross join chunk as c
    cross join memory_scope as s
    where c.id = wanted.value and s.id = c.scope_id and s.user_id = ${userId}
      and c.embedding_model = ${model} and ${lengthOf(em)} = ${vector.length}`.execute(db(em));
  return new Map(rows.map((row) => [row.id, onPostgres(em) ? sentVector(row.embedding) : row.embedding]));
}

const lengthOf = (em: Em) => (onPostgres(em) ? sql`vector_dims(c.embedding)` : sql`length(c.embedding) / 4`);

const HEADER_BYTES = 4;

/** PostgreSQL sends the largest byte of each number first. */
function sentVector(sent: Uint8Array): Uint8Array {
  return Buffer.from(sent.subarray(HEADER_BYTES)).swap32();
}
