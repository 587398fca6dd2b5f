import type { Config } from '../config.ts';
import { inBatches } from '../db/in-batches.ts';
import { db, type Em, forkEm, type Orm } from '../db/orm.ts';
import { deleteFailed } from '../jobs/leases.ts';
import { enqueueUnlessThere } from '../jobs/queue.ts';
import { NOBODY } from '../users/nobody.ts';
import { dueSince } from './due.ts';

/** Asks for the deletion, or the purge, of the session that is its key, if it is still due by then. */
export const RETENTION_TASK = 'retention';

const FAILED_KEPT_MS = 7 * 86_400_000;

/** Asked for in one transaction. */
const BATCH = 200;

/**
 * Looks for sessions whose time has come, or whose deletion was cut off, and asks for a job for each; forgets jobs that
 * failed long ago. Any number of processes may do so at once. Wake the worker afterwards.
 *
 * @returns for how many sessions a job was asked
 */
export async function sweep(orm: Orm, retention: Config['retention'], now: Date): Promise<number> {
  await deleteFailed(forkEm(orm), new Date(now.getTime() - FAILED_KEPT_MS));
  const { idleSince, deletedSince } = dueSince(retention, now);
  return (
    (await ask(orm, (em) => unasked(em).where('userId', '=', NOBODY))) +
    (await ask(orm, (em) => unasked(em).where('deletedAt', 'is not', null).where('deletedAt', '<=', deletedSince))) +
    (idleSince === null
      ? 0
      : await ask(orm, (em) => unasked(em).where('deletedAt', 'is', null).where('updatedAt', '<=', idleSince)))
  );
}

/** Sessions that no job is there for. */
const unasked = (em: Em) =>
  db(em)
    .selectFrom('chat_session')
    .select(['id', 'userId'])
    .where(({ not, exists, selectFrom, cast }) =>
      not(
        exists(
          selectFrom('job')
            .select('job.id')
            .where('job.task', '=', RETENTION_TASK)
            .where('job.key', '=', cast<string>('chat_session.id', 'text')),
        ),
      ),
    )
    .limit(BATCH);

async function ask(orm: Orm, due: (em: Em) => ReturnType<typeof unasked>): Promise<number> {
  let asked = 0;
  await inBatches(async () => {
    const sessions = await forkEm(orm).transactional(async (em) => {
      const found = await due(em).execute();
      // In one order, so that two processes that ask for the same do not wait for each other.
      found.sort((a, b) => (a.id < b.id ? -1 : 1));
      for (const { id, userId } of found) await enqueueUnlessThere(em, { userId, task: RETENTION_TASK, key: id });
      return found.length;
    });
    asked += sessions;
    return sessions === BATCH;
  });
  return asked;
}
