import { sql } from 'kysely';
import type { App } from '../../app.ts';
import { db, forkEm } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { countTokens } from '../../models/count-tokens.ts';
import type { StoredError } from '../message.entity.ts';
import { isRunningRow } from '../own.ts';
import { persistedText } from './follow-reply.ts';

export const INTERRUPTED: StoredError = {
  code: 'INTERRUPTED',
  message: 'The server stopped while this reply was being written.',
  retryable: true,
};

/** Each waits for its viewer's turn. */
const AT_ONCE = 4;

export interface EndedReply {
  id: string;
  session: string;
}

/**
 * Ends what nobody writes any more, with the text that was persisted: replies whose process let their lease run out.
 *
 * @param lapsedAt null: all that run. On SQLite there is one process, so at its start no other writes any
 * @param onEnded told of each as soon as it is stored
 */
export async function interruptReplies(
  app: Pick<App, 'orm' | 'log'>,
  lapsedAt: Date | null,
  onEnded: (reply: EndedReply) => void = () => undefined,
): Promise<void> {
  const running = db(forkEm(app.orm)).selectFrom('chat_message').select(['id', 'userId']).where(isRunningRow);
  // In no order: another process that finds the same begins elsewhere.
  const left = await (lapsedAt ? running.where('leaseExpiresAt', '<=', lapsedAt) : running)
    .orderBy(sql`random()`)
    .execute();
  let ended = 0;
  const endOneByOne = async () => {
    for (let reply = left.pop(); reply; reply = left.pop()) {
      const session = await interrupt(app, reply, lapsedAt);
      if (session === null) continue;
      ended += 1;
      onEnded({ id: reply.id, session });
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, endOneByOne));
  if (ended > 0) app.log.warn({ replies: ended }, 'replies of another process were ended as interrupted');
}

/** @returns its session; null where it has ended, or its lease was renewed, meanwhile */
function interrupt(
  { orm }: Pick<App, 'orm'>,
  { id, userId }: { id: string; userId: string },
  lapsedAt: Date | null,
): Promise<string | null> {
  return viewerTransaction(forkEm(orm), userId, async (em) => {
    const running = db(em)
      .updateTable('chat_message')
      // Before the text is read: from here on its process persists no more, if it is still there.
      .set({ leaseOwner: null })
      .where('id', '=', id)
      .where('userId', '=', userId)
      .where(isRunningRow);
    const taken = await (lapsedAt ? running.where('leaseExpiresAt', '<=', lapsedAt) : running)
      .returning('session')
      .executeTakeFirst();
    if (!taken) return null;
    const content = await persistedText(em, id);
    await db(em)
      .updateTable('chat_message')
      .set({
        status: 'FAILED',
        content,
        tokens: countTokens(content),
        error: INTERRUPTED,
        reservedTokens: 0,
        leaseExpiresAt: null,
        endedAt: new Date(),
      })
      .where('id', '=', id)
      .where('userId', '=', userId)
      .execute();
    await db(em).deleteFrom('reply_part').where('message', '=', id).execute();
    return taken.session;
  });
}
