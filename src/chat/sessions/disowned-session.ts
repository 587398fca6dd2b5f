import { setImmediate } from 'node:timers/promises';
import { sql } from 'kysely';
import { db, type Em } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { deleteSummariesOf } from '../../memory/index/forget-sources.ts';
import { NOBODY } from '../../users/nobody.ts';

/** Messages, with all that hangs on them, that go in one transaction: others wait for it. */
const SLICE = 50;
const USAGE_SLICE = 500;

/** Takes a session from its viewer, for good; in a transaction in which no reply is being written in it. */
export async function disownSession(em: Em, userId: string, id: string): Promise<void> {
  await db(em)
    .updateTable('chat_session')
    .set({ userId: NOBODY })
    .where('id', '=', id)
    .where('userId', '=', userId)
    .execute();
  await db(em).deleteFrom('job').where('session', '=', id).where('userId', '=', userId).execute();
}

/**
 * Deletes what is left of a session that is nobody's, the newest messages first: what stands in a prompt goes with the
 * prompt, and need not be crossed out in it before.
 *
 * @param last done in the transaction that deletes the session itself
 * @throws the signal's reason, between two slices
 */
export async function deleteDisowned(
  em: Em,
  id: string,
  { last, signal }: { last?: (em: Em) => Promise<void>; signal?: AbortSignal } = {},
): Promise<void> {
  while ((await viewerTransaction(em, NOBODY, (tx) => deleteMessages(tx, id))) === SLICE) await between(signal);
  while ((await viewerTransaction(em, NOBODY, (tx) => releaseUsage(tx, id))) === USAGE_SLICE) await between(signal);
  await viewerTransaction(em, NOBODY, async (tx) => {
    await last?.(tx);
    await db(tx).deleteFrom('chat_session').where('id', '=', id).where('userId', '=', NOBODY).execute();
  });
}

async function between(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

/** @returns how many */
async function deleteMessages(em: Em, sessionId: string): Promise<number> {
  const messages = await db(em)
    .selectFrom('chat_message')
    .innerJoin('chat_session', 'chat_session.id', 'chat_message.session')
    .select(['chat_message.id', 'chat_message.userId'])
    .where('chat_message.session', '=', sessionId)
    .where('chat_session.userId', '=', NOBODY)
    .orderBy('chat_message.seq', 'desc')
    .limit(SLICE)
    .execute();
  const userId = messages[0]?.userId;
  if (userId === undefined) return 0;
  const ids = messages.map((message) => message.id);
  await deleteSummariesOf(em, userId, ids);
  await db(em).deleteFrom('chat_message').where('userId', '=', userId).where('id', 'in', ids).execute();
  return messages.length;
}

/** What the session used stays counted, without its name. */
async function releaseUsage(em: Em, sessionId: string): Promise<number> {
  const { numUpdatedRows } = await db(em)
    .updateTable('usage_entry')
    .set({ session: null })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('usage_entry')
        .select('id')
        .where('session', '=', sessionId)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('chat_session')
              .select(sql<number>`1`.as('there'))
              .where('chat_session.id', '=', sessionId)
              .where('chat_session.userId', '=', NOBODY),
          ),
        )
        .limit(USAGE_SLICE),
    )
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** The sessions that a process left half purged. */
export async function disownedSessions(em: Em): Promise<string[]> {
  const left = await db(em).selectFrom('chat_session').select('id').where('userId', '=', NOBODY).execute();
  return left.map((session) => session.id);
}
