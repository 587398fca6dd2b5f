import type { Context } from '../../context.ts';
import { db, type Em } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { AppError } from '../../errors.ts';
import { forgetSources } from '../../memory/index/forget-sources.ts';
import { dropPendingEmbeddings } from '../../memory/index/pending-embeddings.ts';
import type { ForgetMemoryInput } from '../memory.type.ts';
import { activeMessage, activeSession, type MessageRow } from '../own.ts';
import { isCovered } from './remember.ts';

/**
 * Takes one message, or all of a session so far, out of long-term memory for good; the messages stay.
 *
 * @returns how many messages that memory covers were forgotten by this
 */
export async function forgetMemory(ctx: Context, { sessionId, messageId }: ForgetMemoryInput): Promise<number> {
  const { app, em, viewer } = ctx;
  if ((sessionId == null) === (messageId == null)) {
    throw new AppError('BAD_USER_INPUT', 'Give either `sessionId` or `messageId`.', {
      fields: { messageId: 'exactly one of sessionId and messageId is needed' },
    });
  }
  const session =
    messageId == null ? (await activeSession(ctx, sessionId ?? '')).id : (await activeMessage(ctx, messageId)).session;
  const forgotten = await viewerTransaction(em, viewer.id, async (tx) => {
    const messages = await markForgotten(tx, { userId: viewer.id, session, messageId: messageId ?? null });
    await forgetSources(
      tx,
      viewer.id,
      messages.map((message) => message.id),
    );
    // What follows a forgotten message is embedded anew, but not while memory is off.
    const { longTermMemory } = await activeSession({ em: tx, viewer }, session);
    if (!longTermMemory) await dropPendingEmbeddings(tx, viewer.id, session);
    return messages;
  });
  app.jobs.wake();
  app.bell.ring(session);
  return forgotten.filter(isCovered).length;
}

function markForgotten(
  em: Em,
  of: { userId: string; session: string; messageId: string | null },
): Promise<MessageRow[]> {
  let marked = db(em)
    .updateTable('chat_message')
    .set({ forgottenAt: new Date() })
    .where('session', '=', of.session)
    .where('userId', '=', of.userId)
    .where('forgottenAt', 'is', null);
  if (of.messageId !== null) marked = marked.where('id', '=', of.messageId);
  return marked.returningAll().execute();
}
