import type { Context } from '../../context.ts';
import { cutLog } from '../../db/cut-log.ts';
import { db, type Em, forkEm } from '../../db/orm.ts';
import { dropPendingEmbeddings } from '../../memory/index/pending-embeddings.ts';
import { findSession, noSuchSession } from '../own.ts';
import { deleteDisowned, disownSession } from './disowned-session.ts';
import { whenIdle } from './when-idle.ts';

/** Hides a session until it is restored or purged: out of memory at once. Deleting it twice deletes it once. */
export async function deleteSession(ctx: Context, id: string): Promise<void> {
  if (!(await findSession(ctx.em, ctx.viewer.id, id))) throw noSuchSession();
  await whenIdle(ctx, id, (em) => hideSession(em, ctx.viewer.id, id, new Date()));
  ctx.app.bell.ring(id);
}

/** Deletes a session with everything made of it, for good. Only what it used stays counted. */
export async function purgeSession(ctx: Context, id: string): Promise<void> {
  if (!(await findSession(ctx.em, ctx.viewer.id, id))) throw noSuchSession();
  // What is nobody's is out of the viewer's reach too.
  const em = forkEm(ctx.app.orm);
  await whenIdle({ ...ctx, em }, id, (tx) => disownSession(tx, ctx.viewer.id, id));
  ctx.app.bell.ring(id);
  await deleteDisowned(em, id);
  await cutLog(ctx);
}

export async function hideSession(em: Em, userId: string, id: string, now: Date): Promise<void> {
  await db(em)
    .updateTable('chat_session')
    .set({ deletedAt: now })
    .where('id', '=', id)
    .where('userId', '=', userId)
    .where('deletedAt', 'is', null)
    .execute();
  await dropPendingEmbeddings(em, userId, id);
}
