import type { App } from '../../app.ts';
import { db, forkEm } from '../../db/orm.ts';
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
 * Ends what an earlier process left running, with the text it had persisted. On SQLite there is one process, so at its
 * start every running reply is such a one.
 *
 * @returns how many
 */
export async function interruptReplies(app: Pick<App, 'orm' | 'log'>): Promise<number> {
  const left = await db(forkEm(app.orm))
    .selectFrom('chat_message')
    .select(['id', 'userId'])
    .where(isRunningRow)
    .execute();
  for (const reply of left) await interrupt(app, reply);
  if (left.length > 0)
    app.log.warn({ replies: left.length }, 'replies of an earlier process were ended as interrupted');
  return left.length;
}

async function interrupt({ orm }: Pick<App, 'orm'>, reply: { id: string; userId: string }): Promise<void> {
  await forkEm(orm).transactional(async (em) => {
    const content = await persistedText(em, reply.id);
    await db(em)
      .updateTable('chat_message')
      .set({
        status: 'FAILED',
        content,
        tokens: countTokens(content),
        error: INTERRUPTED,
        reservedTokens: 0,
        leaseOwner: null,
        leaseExpiresAt: null,
        endedAt: new Date(),
      })
      .where('id', '=', reply.id)
      .where('userId', '=', reply.userId)
      .where('status', 'in', ['PENDING', 'STREAMING'])
      .execute();
    await db(em).deleteFrom('reply_part').where('message', '=', reply.id).execute();
  });
}
