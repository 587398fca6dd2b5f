import type { App } from '../../app.ts';
import type { Context } from '../../context.ts';
import { isId } from '../../db/columns.ts';
import { db, type Em } from '../../db/orm.ts';
import { AppError } from '../../errors.ts';
import type { MessageRow, SessionRow } from '../own.ts';
import { LEASE_MS } from '../replies/reply-writer.ts';

/**
 * A reply at the session's last place, leased to `owner`. A second running one violates a unique index.
 *
 * @param reservedTokens as `takeTurn` counted them, until the reply has ended
 */
export const beginReply = (
  em: Em,
  owner: string,
  session: SessionRow,
  replyTo: string,
  reservedTokens: number,
): Promise<MessageRow> => begin(em, owner, session, { type: 'CHAT', replyTo, reservedTokens });

/** The same for a report, which answers no message. */
export const beginReport = (em: Em, owner: string, session: SessionRow, reservedTokens: number): Promise<MessageRow> =>
  begin(em, owner, session, { type: 'REPORT', replyTo: null, reservedTokens });

function begin(
  em: Em,
  owner: string,
  session: SessionRow,
  kind: Pick<MessageRow, 'type' | 'replyTo' | 'reservedTokens'>,
): Promise<MessageRow> {
  return db(em)
    .insertInto('chat_message')
    .values({
      userId: session.userId,
      session: session.id,
      seq: session.messageCount,
      role: 'ASSISTANT',
      status: 'PENDING',
      ...kind,
      model: session.model,
      leaseOwner: owner,
      createdAt: session.updatedAt,
      leaseExpiresAt: new Date(Date.now() + LEASE_MS),
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

export function refuseWhileDraining(app: App): void {
  if (app.isDraining) throw new AppError('SERVICE_UNAVAILABLE', 'The server is stopping. Try again in a moment.');
}

/** After a unique violation: says which reply is in the way. @throws REPLY_IN_PROGRESS, or `error` where none is */
export async function refuseSecondReply(ctx: Context, sessionId: string, error: unknown): Promise<never> {
  const inTheWay = await lastReply(ctx, sessionId);
  if (!inTheWay) throw error;
  // Without a cause, which would be logged: it is the client's haste and no fault of ours.
  throw new AppError('REPLY_IN_PROGRESS', 'A reply is being written in this session. Wait for its end, or cancel it.', {
    replyId: inTheWay.id,
  });
}

/** Also where it has ended meanwhile: who follows it learns so at once. */
async function lastReply({ em, viewer }: Pick<Context, 'em' | 'viewer'>, sessionId: string) {
  if (!isId(sessionId)) return null;
  const last = await db(em)
    .selectFrom('chat_message')
    .select('id')
    .where('session', '=', sessionId)
    .where('userId', '=', viewer.id)
    .where('role', '=', 'ASSISTANT')
    .orderBy('seq', 'desc')
    .limit(1)
    .executeTakeFirst();
  return last ?? null;
}
