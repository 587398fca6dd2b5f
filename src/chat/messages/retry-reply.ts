import type { Context } from '../../context.ts';
import { db, type Em } from '../../db/orm.ts';
import { isUniqueViolation } from '../../db/unique-violation.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { AppError } from '../../errors.ts';
import { forgetSources } from '../../memory/index/forget-sources.ts';
import { takeTurn } from '../../users/limits.ts';
import { activeMessage, activeSession, isRunning, type MessageRow, noSuchSession, ownMessage } from '../own.ts';
import { turnTokens } from '../prompts/build-prompt.ts';
import { modelOf } from '../prompts/model-of.ts';
import { startReply } from '../replies/generate-reply.ts';
import { beginReply, refuseSecondReply, refuseWhileDraining } from './begin-reply.ts';

/**
 * Writes the last CHAT reply of a session again, whatever it ended as. One that was written again already gives its
 * successor, so that asking twice writes once.
 *
 * @throws NOT_FOUND, BAD_USER_INPUT, REPLY_IN_PROGRESS, LIMIT_EXCEEDED, CONFLICT where it is not the last,
 * SERVICE_UNAVAILABLE
 */
export async function retryReply(ctx: Context, messageId: string): Promise<MessageRow> {
  const { app, em } = ctx;
  const reply = await activeMessage(ctx, messageId);
  if (reply.role !== 'ASSISTANT' || reply.type !== 'CHAT') {
    throw new AppError('BAD_USER_INPUT', 'Only a reply can be written again.');
  }
  if (reply.supersededBy) return ownMessage(ctx, reply.supersededBy);
  refuseWhileDraining(app);
  if (isRunning(reply)) return refuseSecondReply(ctx, reply.session, null);
  try {
    const successor = await viewerTransaction(em, reply.userId, (tx) => supersede({ ...ctx, em: tx }, reply));
    startReply(app, successor);
    app.jobs.wake();
    app.bell.ring(successor.session);
    return successor;
  } catch (error) {
    const changed = await ownMessage(ctx, reply.id);
    if (changed.supersededBy) return ownMessage(ctx, changed.supersededBy);
    if (isUniqueViolation(error)) return refuseSecondReply(ctx, reply.session, error);
    throw error;
  }
}

async function supersede(ctx: Context, reply: MessageRow): Promise<MessageRow> {
  const { app, em, viewer } = ctx;
  const before = await activeSession(ctx, reply.session);
  const { id } = before;
  const tokens = turnTokens(app.config, modelOf(app, before));
  await takeTurn(em, app.config.limits, { userId: viewer.id, sessionId: id, tokens });
  const last = await lastReplyId(em, viewer.id, id);
  if (last !== reply.id || !reply.replyTo) {
    throw new AppError('CONFLICT', 'Only the last reply of a session can be written again.');
  }
  const session = await db(em)
    .updateTable('chat_session')
    .set((eb) => ({ messageCount: eb('messageCount', '+', 1), updatedAt: new Date() }))
    .where('id', '=', id)
    .where('userId', '=', viewer.id)
    .where('deletedAt', 'is', null)
    .returningAll()
    .executeTakeFirstOrThrow(noSuchSession);
  const successor = await beginReply(em, app.replies.owner, session, reply.replyTo, tokens);
  await db(em)
    .updateTable('chat_message')
    .set({ supersededBy: successor.id })
    .where('id', '=', reply.id)
    .where('userId', '=', viewer.id)
    .execute();
  await forgetSources(em, viewer.id, [reply.id]);
  return successor;
}

async function lastReplyId(em: Em, userId: string, sessionId: string): Promise<string | null> {
  const last = await db(em)
    .selectFrom('chat_message')
    .select('id')
    .where('session', '=', sessionId)
    .where('userId', '=', userId)
    .where('role', '=', 'ASSISTANT')
    .where('type', '=', 'CHAT')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last?.id ?? null;
}
