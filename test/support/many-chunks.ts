import { sql } from 'kysely';
import { toSql } from 'pgvector';
import { v7 } from 'uuid';
import { listedRows } from '../../src/db/listed.ts';
import { db, type Em } from '../../src/db/orm.ts';
import { countTerms } from '../../src/memory/terms.ts';

/** A session as memory knows it, of one user. */
export interface ManyChunks {
  userId: string;
  sessionId: string;
  texts: string[];
  embeddings: Float32Array[];
}

export const MANY_MODEL = "a model's own";
export const DIMENSIONS = 64;
const CLUSTERS = 60;
const SPREAD = 0.6;
const VOCABULARY = 400;
/** Rows of one statement. */
const BATCH = 5_000;

/** Numbers from 0 to 1, always the same. */
export function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Near one of some centres, as what people say is near some topics. */
export function embeddingsBy(random: () => number): () => Float32Array {
  const normal = () => random() + random() + random() - 1.5;
  const centres = Array.from({ length: CLUSTERS }, () => Array.from({ length: DIMENSIONS }, normal));
  return () => {
    const centre = centres[Math.floor(random() * CLUSTERS)] ?? [];
    return unit(centre.map((x) => x + SPREAD * normal()));
  };
}

function unit(values: number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (x) => x / length);
}

/** Nearly the same, and short as a text. */
export const rounded = (embedding: Float32Array): Float32Array => embedding.map((x) => Number(x.toFixed(4)));

/** No text twice, all of the same length in words, so that nothing but its words and its embedding speaks for one. */
export function textsBy(random: () => number): (n: number) => string {
  const word = () => `topic${Math.floor(random() * VOCABULARY)}`;
  return (n) => `Piece${n} of ${word()} and ${word()}.`;
}

/** PostgreSQL alone; rows that nothing searches are left out, and so are the messages. */
export async function insertManyChunks(em: Em, sessions: readonly ManyChunks[]): Promise<void> {
  await em.transactional(async (inner) => {
    await inner.execute('set local session_replication_role = replica');
    for (const session of sessions) await insertSession(inner, session);
  });
  await em.execute('vacuum analyze chunk, chunk_term, memory_scope');
}

async function insertSession(em: Em, { userId, sessionId, texts, embeddings }: ManyChunks): Promise<void> {
  const { id: scope } = await db(em)
    .insertInto('memory_scope')
    .values({ userId, session: sessionId })
    .returning('id')
    .executeTakeFirstOrThrow();
  for (let from = 0; from < texts.length; from += BATCH) {
    const counted = texts.slice(from, from + BATCH).map((text) => ({ text, ...countTerms(text) }));
    const rows = counted.map(({ text, words }, at) => ({
      ...{ message: v7(), seq: from + at + 1, text, words },
      embedding: String(toSql([...(embeddings[from + at] ?? [])].map((x) => Number(x.toFixed(4))))),
    }));
    const types = { message: 'uuid', seq: 'integer', text: 'text', words: 'integer', embedding: 'text' } as const;
    const { rows: chunks } = await sql<{ id: number }>`
      insert into chunk (user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, said_at,
        embedding_model, embedding)
      select ${userId}, ${scope}, message, seq, 0, 0, text, words, words, 'USER', '2026-01-01T12:00:00Z',
        ${MANY_MODEL}, embedding::vector
      from ${listedRows(em, types, rows)} as given order by seq returning id`.execute(db(em));
    const postings = counted.flatMap(({ frequencies }, at) =>
      [...frequencies].map(([term, tf]) => ({ chunk: chunks[at]?.id ?? 0, term, tf })),
    );
    await sql`insert into chunk_term (scope_id, term, chunk_id, tf) select ${scope}, term, chunk, tf
      from ${listedRows(em, { chunk: 'integer', term: 'text', tf: 'integer' }, postings)} as given`.execute(db(em));
  }
}
