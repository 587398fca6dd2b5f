import type { App } from '../../app.ts';
import type { Context } from '../../context.ts';
import { db } from '../../db/orm.ts';
import { AppError } from '../../errors.ts';
import { activeMessage, isRunning, type MessageRow, noSuchMessage } from '../own.ts';
import { endOrGone } from './wait-for-end.ts';

/** Stops a reply and answers when it has ended, which may be COMPLETE; one that had ended is returned unchanged. */
export async function cancelReply(ctx: Context, messageId: string): Promise<MessageRow> {
  const reply = await activeMessage(ctx, messageId);
  if (reply.role !== 'ASSISTANT') throw new AppError('BAD_USER_INPUT', 'Only a reply can be cancelled.');
  const ended = await stopReply(ctx, reply);
  if (!ended) throw noSuchMessage();
  return ended;
}

/** @returns null where it is deleted meanwhile */
export async function stopReply(
  ctx: Pick<Context, 'em' | 'viewer'> & { app: Pick<App, 'bell' | 'replies'> },
  reply: MessageRow,
): Promise<MessageRow | null> {
  if (!isRunning(reply)) return reply;
  // The flag is for whichever process writes it, and for when it does not hear of it.
  await db(ctx.em)
    .updateTable('chat_message')
    .set({ cancelRequestedAt: new Date() })
    .where('id', '=', reply.id)
    .where('userId', '=', ctx.viewer.id)
    .where('status', 'in', ['PENDING', 'STREAMING'])
    .execute();
  ctx.app.replies.cancel(reply.id);
  return endOrGone(ctx, reply);
}
