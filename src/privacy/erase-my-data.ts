import { setImmediate } from 'node:timers/promises';
import { type RawBuilder, sql } from 'kysely';
import { deleteDisowned, disownedSessions } from '../chat/sessions/disowned-session.ts';
import { whenIdle } from '../chat/sessions/when-idle.ts';
import type { Context } from '../context.ts';
import { listed } from '../db/listed.ts';
import { db, type Em, forkEm } from '../db/orm.ts';
import { rewriteDatabase } from '../db/rewrite-database.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import { deleteDisownedDocuments } from '../documents/delete-document.ts';
import { invalid } from '../errors.ts';
import { NOBODY } from '../users/nobody.ts';
import { erasurePlan } from './erasure-plan.ts';

/** Rows, by kind. */
interface Counted {
  sessions: number;
  messages: number;
  documents: number;
  chunks: number;
  usageEntries: number;
}

export type Erased = Counted & { erasedAt: Date };

/** Rows that go in one statement, which others wait for. */
const SLICE = 200;

/**
 * Deletes everything of the viewer's. Sessions are out of reach at once and go slice by slice, so that others are served
 * meanwhile; what is left, and what was begun meanwhile, goes in one last transaction. Of two who ask at once, each counts
 * what it found.
 */
export async function eraseMyData(ctx: Context, { confirm }: { confirm: string }): Promise<Erased> {
  const { viewer } = ctx;
  if (confirm !== viewer.id) throw invalid('confirm', "confirm must be the viewer's id");

  // What is nobody's, as it is on its way out, is out of the viewer's reach too.
  const em = forkEm(ctx.app.orm);
  const erasing = { ...ctx, em };
  const begun = await whenIdle(erasing, null, (tx) => disownAll(tx, viewer.id));
  for (const id of begun.sessions) ctx.app.bell.ring(id);
  await deleteAllDisowned(em);
  const chunks = await deleteInSlices(
    em,
    viewer.id,
    sql`delete from chunk where id in (
      select c.id from memory_scope s join chunk c on c.scope_id = s.id where s.user_id = ${viewer.id} limit ${SLICE})`,
  );
  const usageEntries = await deleteInSlices(
    em,
    viewer.id,
    sql`delete from usage_entry where id in (select id from usage_entry where user_id = ${viewer.id} limit ${SLICE})`,
  );
  const rest = await whenIdle(erasing, null, (tx) => deleteAll(tx, viewer.id));
  for (const id of rest.sessions) ctx.app.bell.ring(id);
  // What the viewer began to delete meanwhile is no longer theirs, and still there.
  await deleteAllDisowned(em);

  ctx.app.forget();
  await rewriteDatabase(ctx);
  ctx.log.info({ sessions: begun.sessions.length + rest.sessions.length }, 'a viewer erased everything');
  return { ...sumOf(begun.counted, rest.counted, { chunks, usageEntries }), erasedAt: new Date() };
}

/** Also what a process left which ended on its way. */
async function deleteAllDisowned(em: Em): Promise<void> {
  for (const id of await disownedSessions(em)) await deleteDisowned(em, id);
  await deleteDisownedDocuments(em);
}

interface Step {
  counted: Partial<Counted>;
  sessions: string[];
}

/** Takes all sessions from the viewer; a job that runs can no longer finish, and so bring nothing back. */
async function disownAll(em: Em, userId: string): Promise<Step> {
  await db(em).deleteFrom('job').where('userId', '=', userId).execute();
  const disowned = await db(em)
    .updateTable('chat_session')
    .set({ userId: NOBODY })
    .where('userId', '=', userId)
    .returning('id')
    .execute();
  const sessions = disowned.map(({ id }) => id);
  return { counted: await countSessions(em, sessions), sessions };
}

/** By the ORM's own knowledge of the tables, so that none is forgotten. */
async function deleteAll(em: Em, userId: string): Promise<Step> {
  const { counted, sessions } = await disownAll(em, userId);
  const deleted = new Map<string, number>();
  for (const table of erasurePlan(em.getMetadata())) {
    const { numAffectedRows } = await sql`delete from ${sql.table(table)} where user_id = ${userId}`.execute(db(em));
    deleted.set(table, Number(numAffectedRows ?? 0));
  }
  return {
    counted: { ...counted, documents: deleted.get('document'), usageEntries: deleted.get('usage_entry') },
    sessions,
  };
}

async function deleteInSlices(em: Em, userId: string, statement: RawBuilder<unknown>): Promise<number> {
  let deleted = 0;
  for (;;) {
    const { numAffectedRows = 0n } = await viewerTransaction(em, userId, (tx) => statement.execute(db(tx)));
    deleted += Number(numAffectedRows);
    if (numAffectedRows < SLICE) return deleted;
    await setImmediate();
  }
}

type OfSessions = Pick<Counted, 'sessions' | 'messages' | 'chunks'>;

/** Of sessions that whoever else erases at the same time did not get. */
async function countSessions(em: Em, sessions: readonly string[]): Promise<OfSessions> {
  const ids = listed(em, 'uuid', sessions);
  const { rows } = await sql<Omit<OfSessions, 'sessions'>>`
    select
      (select count(*) from ${ids} s join chat_message m on m.session_id = s.value) as messages,
      (select count(*) from ${ids} s join memory_scope ms on ms.session_id = s.value
        join chunk c on c.scope_id = ms.id) as chunks`.execute(db(em));
  return { sessions: sessions.length, ...(rows[0] ?? { messages: 0, chunks: 0 }) };
}

function sumOf(...parts: Partial<Counted>[]): Counted {
  const sum = (kind: keyof Counted) => parts.reduce((total, part) => total + Number(part[kind] ?? 0), 0);
  return {
    sessions: sum('sessions'),
    messages: sum('messages'),
    documents: sum('documents'),
    chunks: sum('chunks'),
    usageEntries: sum('usageEntries'),
  };
}
