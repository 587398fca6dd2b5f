import { sql } from 'kysely';
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
 * How like the question each of the chunks is, exactly, compared by SQLite.
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
  const { rows } = await sql<{ id: number; cosine: number | null }>`
    select c.id as id, 1 - vec_distance_cosine(c.embedding, ${question}) as cosine ${embedded(em, userId, { vector, model }, chunkIds)}`.execute(
    db(em),
  );
  // Null for an embedding of length 0.
  return new Map(rows.flatMap(({ id, cosine }) => (cosine === null ? [] : [[id, cosine]])));
}

/** The embeddings in SQLite that can be compared with the question's, by chunk id; the bytes of a Float32Array each. */
export async function readEmbeddings(
  em: Em,
  userId: string,
  question: QuestionEmbedding,
  chunkIds: readonly number[],
): Promise<ReadonlyMap<number, Uint8Array>> {
  if (chunkIds.length === 0) return new Map();
  const { rows } = await sql<{ id: number; embedding: Uint8Array }>`
    select c.id as id, c.embedding as embedding ${embedded(em, userId, question, chunkIds)}`.execute(db(em));
  return new Map(rows.map((row) => [row.id, row.embedding]));
}

const embedded = (em: Em, userId: string, { vector, model }: QuestionEmbedding, chunkIds: readonly number[]) => sql`
    from ${listed(em, 'integer', chunkIds)} as wanted
    cross join chunk as c
    cross join memory_scope as s
    where c.id = wanted.value and s.id = c.scope_id and s.user_id = ${userId}
      and c.embedding_model = ${model} and length(c.embedding) / 4 = ${vector.length}`;
