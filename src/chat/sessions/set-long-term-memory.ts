import type { Context } from '../../context.ts';
import { db } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { AppError } from '../../errors.ts';
import { enqueue } from '../../jobs/queue.ts';
import { dropPendingEmbeddings } from '../../memory/index/pending-embeddings.ts';
import { INDEX_SESSION_TASK } from '../memory/index-session.task.ts';
import { activeSession, noSuchSession, type SessionRow } from '../own.ts';
import type { SetLongTermMemoryInput } from '../session.type.ts';

/**
 * Sets one or both switches; setting what is set already writes nothing. Off keeps what is indexed, out of reach; on
 * again also indexes what was written meanwhile, never what was forgotten.
 */
export async function setLongTermMemory(ctx: Context, input: SetLongTermMemoryInput): Promise<SessionRow> {
  const { app, em, viewer } = ctx;
  if (input.enabled == null && input.crossSession == null) {
    throw new AppError('BAD_USER_INPUT', 'Say what to set: `enabled`, `crossSession` or both.', {
      fields: { enabled: 'enabled or crossSession is needed' },
    });
  }
  const { session, isChanged } = await viewerTransaction(em, viewer.id, async (tx) => {
    const before = await activeSession({ em: tx, viewer }, input.sessionId);
    const longTermMemory = input.enabled ?? before.longTermMemory;
    const crossSessionMemory = input.crossSession ?? before.crossSessionMemory;
    if (longTermMemory === before.longTermMemory && crossSessionMemory === before.crossSessionMemory) {
      return { session: before, isChanged: false };
    }
    const changed = await db(tx)
      .updateTable('chat_session')
      .set({ longTermMemory, crossSessionMemory })
      .where('id', '=', before.id)
      .where('userId', '=', viewer.id)
      .returningAll()
      .executeTakeFirstOrThrow(noSuchSession);
    if (longTermMemory && !before.longTermMemory) {
      await enqueue(tx, { userId: viewer.id, task: INDEX_SESSION_TASK, key: before.id, sessionId: before.id });
    }
    if (!longTermMemory) await dropPendingEmbeddings(tx, viewer.id, before.id);
    return { session: changed, isChanged: true };
  });
  if (isChanged) {
    app.jobs.wake();
    app.bell.ring(session.id);
  }
  return session;
}
