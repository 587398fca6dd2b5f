import { db, type Em } from '../db/orm.ts';
import type { ClaimedJob } from './task.ts';

/** Somebody else has the job, or it was asked for anew: what this run did must not be committed. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}

export interface AskedJob {
  userId: string;
  task: string;
  key: string;
  /** The job dies with it. */
  sessionId?: string | null;
  /** The job dies with it. */
  messageId?: string | null;
  /** The job dies with it. */
  documentId?: string | null;
  /** Not before; default: at once. */
  runAt?: Date;
}

/**
 * Asks for work, in the transaction that caused it. A job that is there already starts over, and a run of it that is
 * under way can no longer finish: it may have read what has changed since. Wake the worker after the commit.
 */
export async function enqueue(em: Em, asked: AskedJob): Promise<void> {
  const runAt = asked.runAt ?? new Date();
  await db(em)
    .insertInto('job')
    .values({
      userId: asked.userId,
      task: asked.task,
      key: asked.key,
      session: asked.sessionId ?? null,
      message: asked.messageId ?? null,
      document: asked.documentId ?? null,
      runAt,
    })
    .onConflict((conflict) =>
      conflict.columns(['task', 'key']).doUpdateSet((eb) => ({
        state: 'READY' as const,
        attempts: 0,
        runAt,
        leaseOwner: null,
        leaseToken: eb('job.leaseToken', '+', 1),
        leaseExpiresAt: null,
        lastError: null,
      })),
    )
    .execute();
}

/** The same, but a job that is there already goes on undisturbed, and one that FAILED stays so. */
export async function enqueueUnlessThere(em: Em, asked: Omit<AskedJob, 'runAt'>): Promise<void> {
  const { userId, task, key, sessionId = null, messageId = null, documentId = null } = asked;
  await db(em)
    .insertInto('job')
    .values({ userId, task, key, session: sessionId, message: messageId, document: documentId })
    .onConflict((conflict) => conflict.columns(['task', 'key']).doNothing())
    .execute();
}

/** Whether there is such a job that is going to be done. */
export async function isAsked(em: Em, task: string, key: string): Promise<boolean> {
  const found = await db(em)
    .selectFrom('job')
    .select('id')
    .where('task', '=', task)
    .where('key', '=', key)
    .where('state', '!=', 'FAILED')
    .executeTakeFirst();
  return found !== undefined;
}

/** Those of `jobs` that this run may still finish. */
export async function stillHeld(em: Em, jobs: readonly ClaimedJob[]): Promise<ClaimedJob[]> {
  const there = await stillThere(em, jobs);
  return there.flatMap(({ job, isHeld }) => (isHeld ? [job] : []));
}

/**
 * Those of `jobs` that nobody has ended, or dropped with what they are about.
 *
 * @returns `isHeld`: this run may still finish it
 */
export async function stillThere(em: Em, jobs: readonly ClaimedJob[]): Promise<{ job: ClaimedJob; isHeld: boolean }[]> {
  const rows = await db(em)
    .selectFrom('job')
    .select(['id', 'leaseToken', 'state'])
    .where(
      'id',
      'in',
      jobs.map((job) => job.id),
    )
    .execute();
  const byId = new Map(rows.map((row) => [row.id, row]));
  return jobs.flatMap((job) => {
    const row = byId.get(job.id);
    return row ? [{ job, isHeld: row.state === 'RUNNING' && row.leaseToken === job.leaseToken }] : [];
  });
}

/**
 * Ends a job, in the transaction of its effect. The token alone tells whose the job is: it moves with every claim.
 *
 * @throws LeaseLostError, which has to roll the effect back
 */
export async function finish(em: Em, job: ClaimedJob): Promise<void> {
  const { numDeletedRows } = await db(em)
    .deleteFrom('job')
    .where('id', '=', job.id)
    .where('leaseToken', '=', job.leaseToken)
    .where('state', '=', 'RUNNING')
    .executeTakeFirstOrThrow();
  if (numDeletedRows === 0n) throw new LeaseLostError();
}

/**
 * Ends a slice of a job in the transaction of its effect: the rest waits behind what was asked for meanwhile, with all
 * its attempts.
 *
 * @throws LeaseLostError, which has to roll the effect back
 */
export async function giveBack(em: Em, job: ClaimedJob): Promise<void> {
  const { numUpdatedRows } = await db(em)
    .updateTable('job')
    .set({ state: 'READY', attempts: 0, runAt: new Date(), leaseOwner: null, leaseExpiresAt: null, lastError: null })
    .where('id', '=', job.id)
    .where('leaseToken', '=', job.leaseToken)
    .where('state', '=', 'RUNNING')
    .executeTakeFirstOrThrow();
  if (numUpdatedRows === 0n) throw new LeaseLostError();
}
