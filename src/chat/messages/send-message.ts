import type { Context } from '../../context.ts';
import { db, type Em } from '../../db/orm.ts';
import { isUniqueViolation } from '../../db/unique-violation.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { invalid } from '../../errors.ts';
import { validateInput } from '../../graphql/validate-input.ts';
import { countTokens } from '../../models/count-tokens.ts';
import { isLimitExceeded, takeTurn } from '../../users/limits.ts';
import { remember } from '../memory/remember.ts';
import type { SendMessageInput } from '../message.type.ts';
import { activeSession, findMessage, type MessageRow, noSuchSession, type SessionRow } from '../own.ts';
import { refuseTooLong, turnTokens } from '../prompts/build-prompt.ts';
import { modelOf } from '../prompts/model-of.ts';
import { startReply } from '../replies/generate-reply.ts';
import { automaticTitle, UNTITLED } from '../sessions/automatic-title.ts';
import { insertSession, newSession } from '../sessions/create-session.ts';
import { beginReply, refuseSecondReply, refuseWhileDraining } from './begin-reply.ts';
import { earlierReply, type RequestKey, requestKey, storeKey } from './idempotency.ts';
import { waitForEnd } from './wait-for-end.ts';

export interface SentMessage {
  session: SessionRow;
  message: MessageRow;
  reply: MessageRow;
}

/**
 * Stores a message and begins its reply; or answers what an earlier request with the same key did.
 *
 * @throws NOT_FOUND, BAD_USER_INPUT, CONFLICT, REPLY_IN_PROGRESS, LIMIT_EXCEEDED, BUDGET_EXCEEDED, MODEL_UNAVAILABLE,
 * SERVICE_UNAVAILABLE
 */
export async function sendMessage(ctx: Context, input: SendMessageInput): Promise<SentMessage> {
  const { idempotencyKey, wait, ...request } = input;
  const key = idempotencyKey == null ? null : requestKey(idempotencyKey, 'sendMessage', request);
  const turn = (key && (await earlierTurn(ctx, key))) ?? (await newTurn(ctx, input, key));
  return wait ? { ...turn, reply: await waitForEnd(ctx, turn.reply, ctx.app.draining) } : turn;
}

async function earlierTurn({ em, viewer }: Context, key: RequestKey): Promise<SentMessage | null> {
  const earlier = await earlierReply(em, viewer.id, key);
  const message = earlier?.reply.replyTo && (await findMessage(em, viewer.id, earlier.reply.replyTo));
  return earlier && message ? { ...earlier, message } : null;
}

async function newTurn(ctx: Context, input: SendMessageInput, key: RequestKey | null): Promise<SentMessage> {
  const { app, em, viewer } = ctx;
  refuseWhileDraining(app);
  await validateInput(input);
  if (input.sessionId != null && input.newSession != null) {
    throw invalid('newSession', 'newSession is for a new session only, so sessionId cannot be given with it');
  }
  const beginning = input.sessionId == null ? newSession(app.chat, input.newSession ?? {}, 'newSession.') : null;
  const known = beginning ?? (await activeSession(ctx, input.sessionId ?? ''));
  refuseTooLong(app, known, input.content);
  const tokens = turnTokens(app.config, modelOf(app, known));
  try {
    const turn = await viewerTransaction(em, viewer.id, async (tx) => {
      await takeTurn(tx, app.config.limits, { userId: viewer.id, sessionId: input.sessionId ?? null, tokens });
      const session = beginning
        ? await insertSession(tx, viewer.id, beginning)
        : await activeSession({ em: tx, viewer }, input.sessionId ?? '');
      const stored = await storeTurn(tx, app.replies.owner, session, { content: input.content, tokens });
      if (key) await storeKey(tx, viewer.id, key, stored.reply.id);
      return stored;
    });
    // The worker is not woken before the reply has ended: what it would embed would hold up the question's embedding.
    startReply(app, turn.reply);
    app.bell.ring(turn.session.id);
    return turn;
  } catch (error) {
    const isInTheWay = isUniqueViolation(error);
    if (!isInTheWay && !isLimitExceeded(error)) throw error;
    // The same request was faster, or another message was.
    const earlier = key && (await earlierTurn(ctx, key));
    if (earlier) return earlier;
    if (!isInTheWay) throw error;
    return refuseSecondReply(ctx, input.sessionId ?? '', error);
  }
}

/** The message, indexed, and its reply, to be written; both at the next places of the session. */
async function storeTurn(
  em: Em,
  owner: string,
  before: SessionRow,
  { content, tokens }: { content: string; tokens: number },
): Promise<SentMessage> {
  const session = await db(em)
    .updateTable('chat_session')
    .set((eb) => ({
      messageCount: eb('messageCount', '+', 2),
      updatedAt: new Date(),
      // A report may stand before the first message.
      ...(before.titleIsAutomatic && before.title === UNTITLED && { title: automaticTitle(content) }),
    }))
    .where('id', '=', before.id)
    .where('userId', '=', before.userId)
    .where('deletedAt', 'is', null)
    .returningAll()
    .executeTakeFirstOrThrow(noSuchSession);
  const now = session.updatedAt;
  const message = await db(em)
    .insertInto('chat_message')
    .values({
      userId: session.userId,
      session: session.id,
      seq: session.messageCount - 1,
      role: 'USER',
      status: 'COMPLETE',
      content,
      tokens: countTokens(content),
      createdAt: now,
      endedAt: now,
    })
    .returningAll()
    .executeTakeFirstOrThrow();
  const reply = await beginReply(em, owner, session, message.id, tokens);
  await remember(em, message, session);
  return { session, message, reply };
}
