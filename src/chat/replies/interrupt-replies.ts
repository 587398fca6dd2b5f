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

/**
 * Ends what nobody writes any more, with the text that was persisted: replies whose process let their lease run out.
 *
 * @param lapsedAt null: all that run. On SQLite there is one process, so at its start no other writes any
 * @returns those that were ended
 */
export async function interruptReplies(app: Pick<App, 'orm' | 'log'>, lapsedAt: Date | null): Promise<EndedReply[]> {
  const running = db(forkEm(app.orm)).selectFrom('chat_message').select(['id', 'userId']).where(isRunningRow);
  const left = await (lapsedAt ? running.where('leaseExpiresAt', '<=', lapsedAt) : running).execute();
  const ended: EndedReply[] = [];
  for (const reply of left) {
    const session = await interrupt(app, reply, lapsedAt);
    if (session !== null) ended.push({ id: reply.id, session });
  }
  if (ended.length > 0) app.log.warn({ replies: ended.length }, 'replies of another process were ended as interrupted');
  return ended;
}

export interface EndedReply {
  id: string;
  session: string;
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
