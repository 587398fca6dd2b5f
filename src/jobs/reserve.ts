import { db, type Em } from '../db/orm.ts';
import type { ClaimedJob } from './task.ts';

/** In place of an error: the job was not tried. */
const POSTPONED = 'POSTPONED';

/** Sets tokens aside for a job until this run of it ends. @returns whether this run still holds it */
export async function reserve(em: Em, job: ClaimedJob, tokens: number): Promise<boolean> {
  const { numUpdatedRows } = await db(em)
    .updateTable('job')
    .set({ reservedTokens: tokens })
    .where('id', '=', job.id)
    .where('leaseToken', '=', job.leaseToken)
    .where('state', '=', 'RUNNING')
    .executeTakeFirstOrThrow();
  return numUpdatedRows > 0n;
}

/** Gives a job back as if it had not been claimed, but not before `runAt`. Does nothing when the lease is lost. */
export async function postpone(em: Em, job: ClaimedJob, runAt: Date): Promise<void> {
  await db(em)
    .updateTable('job')
    .set((eb) => ({
      state: 'READY' as const,
      attempts: eb('attempts', '-', 1),
      runAt,
      leaseOwner: null,
      leaseExpiresAt: null,
      lastError: POSTPONED,
    }))
    .where('id', '=', job.id)
    .where('leaseToken', '=', job.leaseToken)
    .where('state', '=', 'RUNNING')
    .execute();
}

/** What was postponed is looked at again: a restart often comes with other limits. */
export async function hastenPostponed(em: Em, tasks: readonly string[]): Promise<void> {
  await db(em)
    .updateTable('job')
    .set({ runAt: new Date() })
    .where('task', 'in', [...tasks])
    .where('state', '=', 'READY')
    .where('lastError', '=', POSTPONED)
    .execute();
}
