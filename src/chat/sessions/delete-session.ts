import type { Context } from '../../context.ts';
import { cutLog } from '../../db/cut-log.ts';
import { db } from '../../db/orm.ts';
import { deleteSummariesOf } from '../../memory/forget-sources.ts';
import { dropPendingEmbeddings } from '../../memory/pending-embeddings.ts';
import { runningReply } from '../messages/begin-reply.ts';
import { stopReply } from '../messages/cancel-reply.ts';
import { findSession, noSuchSession } from '../own.ts';

/** A reader that stalls is not waited for longer before the rows go. */
const LAST_EVENT_MS = 1_000;

/** Hides a session until it is restored or purged: out of memory at once. Deleting it twice deletes it once. */
export async function deleteSession(ctx: Context, id: string): Promise<void> {
  await whenIdle(ctx, id, async (tx) => {
    await db(tx.em)
      .updateTable('chat_session')
      .set({ deletedAt: new Date() })
      .where('id', '=', id)
      .where('userId', '=', ctx.viewer.id)
      .where('deletedAt', 'is', null)
      .execute();
    await dropPendingEmbeddings(tx.em, ctx.viewer.id, id);
  });
  ctx.app.bell.ring(id);
}

/** Deletes a session with everything made of it, for good. Only what it used stays counted. */
export async function purgeSession(ctx: Context, id: string): Promise<void> {
  await whenIdle(ctx, id, async ({ em, viewer }) => {
    const messages = await db(em)
      .selectFrom('chat_message')
      .select('id')
      .where('session', '=', id)
      .where('userId', '=', viewer.id)
      .execute();
    await deleteSummariesOf(
      em,
      viewer.id,
      messages.map((message) => message.id),
    );
    await db(em).deleteFrom('chat_session').where('id', '=', id).where('userId', '=', viewer.id).execute();
  });
  ctx.app.bell.ring(id);
  await cutLog(ctx);
}

/** Does `work` in a transaction in which no reply is being written in the session; one that is, is cancelled first. */
async function whenIdle(ctx: Context, id: string, work: (tx: Context) => Promise<void>): Promise<void> {
  if (!(await findSession(ctx.em, ctx.viewer.id, id))) throw noSuchSession();
  for (;;) {
    const running = await runningReply(ctx, id);
    if (running) {
      const log = ctx.app.replies.get(running.id)?.log;
      await stopReply(ctx, running);
      await log?.withoutReaders(AbortSignal.timeout(LAST_EVENT_MS));
    }
    const isDone = await ctx.em.transactional(async (em) => {
      const tx = { ...ctx, em };
      if (await runningReply(tx, id)) return false;
      await work(tx);
      return true;
    });
    if (isDone) return;
  }
}
