import { sql } from 'kysely';
import { db, type Em } from '../../db/orm.ts';
import type { EmbeddingIndex } from '../search/embedding-index.ts';

/** Builds it while others read and write. What an earlier attempt left unfinished goes first: it would never be used. */
export async function buildEmbeddingIndex(em: Em, { name, embedding, condition }: EmbeddingIndex): Promise<void> {
  const { rows } = await sql<{ isValid: boolean }>`
    select indisvalid as "isValid" from pg_index where indexrelid = to_regclass(${name})`.execute(db(em));
  if (rows[0]?.isValid === false) await dropEmbeddingIndex(em, name);
  // Else the planner would take its condition to be met by one chunk in two hundred.
  await sql`create statistics if not exists chunk_embedding_length on vector_dims(embedding) from chunk`.execute(
    db(em),
  );
  await sql`analyze chunk`.execute(db(em));
  await sql`create index concurrently if not exists ${sql.id(name)} on chunk
    using hnsw (${embedding} halfvec_cosine_ops) where ${condition}`.execute(db(em));
}

export async function dropEmbeddingIndex(em: Em, name: string): Promise<void> {
  await sql`drop index concurrently if exists ${sql.id(name)}`.execute(db(em));
}
