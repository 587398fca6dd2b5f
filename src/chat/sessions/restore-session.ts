import type { Context } from '../../context.ts';
import { db } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { enqueue } from '../../jobs/queue.ts';
import { INDEX_SESSION_TASK } from '../memory/index-session.task.ts';
import { findSession, noSuchSession, type SessionRow } from '../own.ts';

/** Brings a deleted session back, memory included. One that is not deleted is answered as it is. */
export async function restoreSession({ app, em, viewer }: Context, id: string): Promise<SessionRow> {
  const restored = await viewerTransaction(em, viewer.id, async (tx) => {
    const before = await findSession(tx, viewer.id, id);
    if (!before) throw noSuchSession();
    if (!before.deletedAt) return before;
    // A job that would have indexed it may have found it deleted.
    if (before.longTermMemory) {
      await enqueue(tx, { userId: viewer.id, task: INDEX_SESSION_TASK, key: before.id, sessionId: before.id });
    }
    return db(tx)
      .updateTable('chat_session')
      .set({ deletedAt: null })
      .where('id', '=', before.id)
      .where('userId', '=', viewer.id)
      .returningAll()
      .executeTakeFirstOrThrow(noSuchSession);
  });
  app.jobs.wake();
  app.bell.ring(restored.id);
  return restored;
}
