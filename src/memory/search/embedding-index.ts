import { createHash } from 'node:crypto';
import { type RawBuilder, sql } from 'kysely';

/** What pgvector can index of a halfvec. */
const MAX_DIMENSIONS = 4_000;

/** All of them begin so: the entities do not know them, and a comparison of the schema passes them over by this name. */
export const EMBEDDING_INDEX_PREFIX = 'chunk_embedding_';

/** An index of nearest neighbours, of all the embeddings that one model made with one length. */
export interface EmbeddingIndex {
  name: string;
  /** What is indexed, of `chunk`: a query that orders by another expression cannot use the index. */
  embedding: RawBuilder<unknown>;
  /** Which chunks are in it: a query that does not say the same, word for word, cannot use it. */
  condition: RawBuilder<boolean>;
}

/** @returns null where there are too many dimensions for one */
export function embeddingIndex(model: string, dimensions: number): EmbeddingIndex | null {
  if (dimensions > MAX_DIMENSIONS) return null;
  const hash = createHash('sha256').update(model).digest('hex').slice(0, 12);
  return {
    name: `${EMBEDDING_INDEX_PREFIX}${hash}_${dimensions}`,
    embedding: sql`(embedding::${halfvec(dimensions)})`,
    // An embedding of another length would not be taken, were it not left out.
    condition: sql<boolean>`embedding_model = ${sql.lit(model)} and vector_dims(embedding) = ${sql.lit(dimensions)}`,
  };
}

export const halfvec = (dimensions: number): RawBuilder<unknown> => sql.raw(`halfvec(${Math.trunc(dimensions)})`);
