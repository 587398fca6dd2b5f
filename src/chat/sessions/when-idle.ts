import type { App } from '../../app.ts';
import type { Context } from '../../context.ts';
import { db, type Em } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { stopReply } from '../messages/cancel-reply.ts';
import { isRunningRow, type MessageRow } from '../own.ts';

/** A reader that stalls is not waited for longer before the rows go. */
const LAST_EVENT_MS = 1_000;

/** What cancelling a reply takes: a request has it, and so has a job. */
export type Cancelling = Pick<Context, 'em' | 'viewer'> & { app: Pick<App, 'bell' | 'replies'> };

/**
 * Does `work` in a transaction in which no reply is being written; those that are, are cancelled first, and their readers
 * told.
 *
 * @param sessionId null: in no session of the viewer's
 */
export async function whenIdle<T>(ctx: Cancelling, sessionId: string | null, work: (em: Em) => Promise<T>): Promise<T> {
  for (;;) {
    for (const reply of await runningReplies(ctx.em, ctx.viewer.id, sessionId)) {
      const log = ctx.app.replies.get(reply.id)?.log;
      await stopReply(ctx, reply);
      await log?.withoutReaders(AbortSignal.timeout(LAST_EVENT_MS));
    }
    const done = await viewerTransaction(ctx.em, ctx.viewer.id, async (em) => {
      const running = await runningReplies(em, ctx.viewer.id, sessionId);
      return running.length > 0 ? null : { result: await work(em) };
    });
    if (done) return done.result;
  }
}

function runningReplies(em: Em, userId: string, sessionId: string | null): Promise<MessageRow[]> {
  const running = db(em).selectFrom('chat_message').selectAll().where('userId', '=', userId).where(isRunningRow);
  return (sessionId === null ? running : running.where('session', '=', sessionId)).execute();
}
