import { sql } from 'kysely';
import { oneOf } from '../../db/listed.ts';
import { db, type Em, forkEm, type Orm } from '../../db/orm.ts';
import { enqueueUnlessThere } from '../../jobs/queue.ts';
import { EMBED_DOCUMENT_TASK, EMBED_TASK } from './embedding-text.ts';

/** Looked at in one transaction. */
const BATCH = 500;

interface Stale {
  id: number;
  userId: string;
  messageId: string | null;
  documentId: string | null;
  sessionId: string | null;
  isWanted: boolean | number;
}

/**
 * Asks for the embeddings of all that `model` has not embedded: messages of sessions that are remembered, and documents
 * that are indexed. What another model made of the rest goes, so that it is asked for once it is wanted again.
 */
export async function embedAnew(orm: Orm, model: string): Promise<void> {
  let after: number | null = 0;
  while (after !== null) {
    const from: number = after;
    after = await forkEm(orm).transactional(async (em) => {
      const stale = await staleChunks(em, model, from);
      for (const chunk of stale.filter((each) => each.isWanted)) await ask(em, chunk);
      await dropEmbeddings(
        em,
        stale.filter((each) => !each.isWanted).map((each) => each.id),
      );
      return stale.length < BATCH ? null : (stale.at(-1)?.id ?? null);
    });
  }
}

/** How many pieces are still to be embedded by `model`. */
export async function countStale(em: Em, model: string): Promise<number> {
  const { rows } = await sql<{ stale: number }>`
    select count(*) as stale from chunk c ${owners}
    where (c.embedding_model is null or c.embedding_model <> ${model}) and ${isWanted}`.execute(db(em));
  return Number(rows[0]?.stale ?? 0);
}

const owners = sql`join memory_scope m on m.id = c.scope_id
  left join chat_session s on s.id = m.session_id left join document d on d.id = m.document_id`;

// What is being deleted is no longer its viewer's.
const isWanted = sql`(coalesce(s.user_id, d.user_id) = c.user_id
  and coalesce(s.long_term_memory and s.deleted_at is null, d.status = 'READY', false))`;

async function staleChunks(em: Em, model: string, after: number): Promise<Stale[]> {
  const { rows } = await sql<Stale>`
    select c.id, c.user_id as "userId", c.message_id as "messageId", c.document_id as "documentId",
      m.session_id as "sessionId", ${isWanted} as "isWanted"
    from chunk c ${owners}
    where c.id > ${after} and (c.embedding_model is null or c.embedding_model <> ${model})
    order by c.id limit ${BATCH}`.execute(db(em));
  return rows;
}

async function ask(em: Em, { userId, messageId, documentId, sessionId }: Stale): Promise<void> {
  if (messageId !== null) {
    await enqueueUnlessThere(em, { userId, task: EMBED_TASK, key: messageId, sessionId, messageId });
  }
  if (documentId !== null) {
    await enqueueUnlessThere(em, { userId, task: EMBED_DOCUMENT_TASK, key: documentId, documentId });
  }
}

async function dropEmbeddings(em: Em, ids: readonly number[]): Promise<void> {
  await db(em)
    .updateTable('chunk')
    .set({ embedding: null, embeddingModel: null })
    .where('id', 'in', oneOf(em, 'integer', ids))
    .execute();
}
