import type { App } from '../app.ts';
import type { SessionRow } from '../chat/own.ts';
import { hideSession } from '../chat/sessions/delete-session.ts';
import { deleteDisowned, disownSession } from '../chat/sessions/disowned-session.ts';
import { whenIdle } from '../chat/sessions/when-idle.ts';
import type { Config } from '../config.ts';
import { cutLog } from '../db/cut-log.ts';
import { db, type Em, forkEm, type Orm } from '../db/orm.ts';
import { finish, LeaseLostError, stillHeld } from '../jobs/queue.ts';
import type { ClaimedJob, Task } from '../jobs/task.ts';
import type { Logger } from '../logger.ts';
import { NOBODY } from '../users/nobody.ts';
import { dueFor } from './due.ts';
import { RETENTION_TASK } from './sweep.ts';

interface RetentionDeps {
  orm: Orm;
  log: Logger;
  app: Pick<App, 'bell' | 'replies'>;
  retention: Config['retention'];
  now(): Date;
}

/** Deletes a session that nobody wrote to for long, or purges one that was deleted long ago. */
export function retentionTask(deps: RetentionDeps): Task {
  return {
    name: RETENTION_TASK,
    // It may take as long as a session is long, and embeddings are not to wait for it.
    lane: 'sessions',
    batchSize: 1,
    maxAttempts: 10,
    estimateTokens: null,
    async run(jobs, signal) {
      for (const job of jobs) await retain(deps, job, signal);
    },
  };
}

async function retain(
  { orm, log, app, retention, now }: RetentionDeps,
  job: ClaimedJob,
  signal: AbortSignal,
): Promise<void> {
  const em = forkEm(orm);
  const { key: sessionId, userId } = job;
  // Before any reply is cancelled: it may have been restored, or written to.
  const before = await findAnyone(em, sessionId);
  if (!before || !isDue(before)) return finish(em, job);

  const outcome = await whenIdle({ app, em, viewer: { id: userId, expiresAt: null } }, sessionId, async (tx) => {
    const [held] = await stillHeld(tx, [job]);
    if (!held) throw new LeaseLostError();
    const session = await findAnyone(tx, sessionId);
    if (session?.userId === NOBODY) return 'PURGE';
    const due = session && session.userId === userId ? dueFor(session, retention, now()) : null;
    if (due === 'PURGE') await disownSession(tx, userId, sessionId);
    else {
      if (due === 'DELETE') await hideSession(tx, userId, sessionId, now());
      await finish(tx, job);
    }
    return due;
  });
  if (outcome === 'PURGE') {
    app.bell.ring(sessionId);
    await deleteDisowned(em, sessionId, { last: (tx) => finish(tx, job), signal });
    await cutLog({ em, log }, 0);
  }
  if (outcome === 'DELETE') app.bell.ring(sessionId);
  if (outcome) log.info({ sessionId, outcome }, 'session retired');

  function isDue(session: SessionRow): boolean {
    return session.userId === NOBODY || (session.userId === userId && dueFor(session, retention, now()) !== null);
  }
}

/** Whoever's it is: what is nobody's is to be found too. */
async function findAnyone(em: Em, id: string): Promise<SessionRow | null> {
  const found = await db(em).selectFrom('chat_session').selectAll().where('id', '=', id).executeTakeFirst();
  return found ?? null;
}
