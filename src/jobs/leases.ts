import { sql } from 'kysely';
import { onPostgres } from '../db/dialect.ts';
import { instant } from '../db/instants.ts';
import { listed } from '../db/listed.ts';
import { db, type Em } from '../db/orm.ts';
import type { ClaimedJob, Task } from './task.ts';

/** How long jobs may go without renewal before another process takes them. */
const LEASE_MS = 10_000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 600_000;

/** Leases up to a batch of jobs that are due, or whose process let its lease run out; those due longest first. */
export async function claim(
  em: Em,
  task: Pick<Task, 'name' | 'batchSize'>,
  owner: string,
  now: Date,
): Promise<ClaimedJob[]> {
  const rows = await db(em)
    .updateTable('job')
    .set((eb) => ({
      state: 'RUNNING' as const,
      attempts: eb('attempts', '+', 1),
      leaseOwner: owner,
      reservedTokens: 0,
      leaseToken: eb('leaseToken', '+', 1),
      leaseExpiresAt: new Date(now.getTime() + LEASE_MS),
    }))
    .where('id', 'in', claimable(em, task, now))
    .returning(['id', 'userId', 'key', 'session', 'message', 'document', 'attempts', 'leaseToken'])
    .execute();
  return rows.map(({ session, message, document, ...job }) => ({
    ...job,
    sessionId: session,
    messageId: message,
    documentId: document,
  }));
}

/** Each kind is read from its index and no further than a batch: a million jobs may wait. */
const claimable = (em: Em, { name, batchSize }: Pick<Task, 'name' | 'batchSize'>, now: Date) => sql<string>`(
  select id from (
    select * from (
      select id, run_at from job where task = ${name} and state = 'READY' and run_at <= ${instant(em, now)}
      order by run_at, id limit ${batchSize} ${unlessTaken(em)}) as ready
    union all
    select * from (
      select id, run_at from job where task = ${name} and state = 'RUNNING' and lease_expires_at <= ${instant(em, now)}
      order by lease_expires_at limit ${batchSize} ${unlessTaken(em)}) as lapsed
  ) as due order by run_at, id limit ${batchSize})`;

/** Another process may be claiming the same at this moment. On SQLite there is none. */
const unlessTaken = (em: Em) => (onPostgres(em) ? sql`for update skip locked` : sql``);

/** Gives a job back after `error`, for a later attempt while there is one left. Does nothing when the lease is lost. */
export async function retryLater(
  em: Em,
  job: ClaimedJob,
  task: Pick<Task, 'maxAttempts'>,
  error: unknown,
  now: Date,
): Promise<void> {
  await db(em)
    .updateTable('job')
    .set({
      state: job.attempts < task.maxAttempts ? 'READY' : 'FAILED',
      runAt: new Date(now.getTime() + retryDelayMs(job.attempts)),
      leaseOwner: null,
      leaseExpiresAt: null,
      lastError: labelOfError(error),
    })
    .where('id', '=', job.id)
    .where('leaseToken', '=', job.leaseToken)
    .where('state', '=', 'RUNNING')
    .execute();
}

/** Twice as long after each attempt, give or take half, so that what failed together does not come back together. */
const retryDelayMs = (attempts: number): number =>
  Math.min(LONGEST_RETRY_MS, FIRST_RETRY_MS * 2 ** (attempts - 1)) * (0.5 + Math.random());

/** Says what went wrong without the message, which may quote content; a code that is no word is one too. */
export function labelOfError(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const name = isWord(error.name) ? error.name : 'Error';
  return 'code' in error && isWord(error.code) ? `${name} ${error.code}` : name;
}

const isWord = (value: unknown): value is string => typeof value === 'string' && /^\w{1,64}$/.test(value);

/** @returns how many are still held */
export async function renew(em: Em, owner: string, jobs: readonly ClaimedJob[], now: Date): Promise<number> {
  const { numUpdatedRows } = await db(em)
    .updateTable('job')
    .set({ leaseExpiresAt: new Date(now.getTime() + LEASE_MS) })
    .where('id', 'in', idsOf(jobs))
    .where('leaseOwner', '=', owner)
    .where('state', '=', 'RUNNING')
    .executeTakeFirstOrThrow();
  return Number(numUpdatedRows);
}

/** Gives jobs back as if they had never been claimed. */
export async function release(em: Em, owner: string, jobs: readonly ClaimedJob[]): Promise<void> {
  await db(em)
    .updateTable('job')
    .set((eb) => ({
      state: 'READY' as const,
      attempts: eb('attempts', '-', 1),
      leaseOwner: null,
      leaseExpiresAt: null,
    }))
    .where('id', 'in', idsOf(jobs))
    .where('leaseOwner', '=', owner)
    .where('state', '=', 'RUNNING')
    .execute();
}

/** Gives back what processes that are gone had claimed. Only where there can be no other process: it asks nobody. */
export async function releaseAll(em: Em): Promise<void> {
  await db(em)
    .updateTable('job')
    .set({ state: 'READY', leaseOwner: null, leaseExpiresAt: null })
    .where('state', '=', 'RUNNING')
    .execute();
}

/** Whether any process has jobs of these tasks. */
export async function areRunning(em: Em, tasks: readonly string[]): Promise<boolean> {
  const row = await db(em)
    .selectFrom('job')
    .select('id')
    .where('task', 'in', [...tasks])
    .where('state', '=', sql.lit('RUNNING'))
    .limit(1)
    .executeTakeFirst();
  return row !== undefined;
}

/** Gives every FAILED job new attempts: a restart often comes with what was missing. */
export async function reviveFailed(em: Em, tasks: readonly string[]): Promise<void> {
  await db(em)
    .updateTable('job')
    .set({ state: 'READY', attempts: 0, runAt: new Date() })
    .where('task', 'in', [...tasks])
    .where('state', '=', 'FAILED')
    .execute();
}

/** Forgets jobs that FAILED before then. @returns how many */
export async function deleteFailed(em: Em, before: Date): Promise<number> {
  // The time of an attempt that is never made, minutes after the last one.
  const { numDeletedRows } = await db(em)
    .deleteFrom('job')
    .where('state', '=', sql.lit('FAILED'))
    .where('runAt', '<=', before)
    .executeTakeFirstOrThrow();
  return Number(numDeletedRows);
}

/** When the next job of each task is or becomes claimable; without the tasks that have none. */
export async function dueTimes(em: Em, tasks: readonly string[]): Promise<Map<string, Date>> {
  // Literals, because SQLite enters no partial index by a parameter.
  const { rows } = await sql<{ task: string; ready: Stored; expires: Stored }>`
    select value as task,
      (select min(run_at) from job where task = value and state = 'READY') as ready,
      (select min(lease_expires_at) from job where task = value and state = 'RUNNING') as expires
    from ${listed(em, 'text', tasks)} as wanted`.execute(db(em));
  return new Map(
    rows.flatMap(({ task, ready, expires }) => {
      const times = [ready, expires].flatMap((time) => time ?? []).map(Number);
      return times.length === 0 ? [] : [[task, new Date(Math.min(...times))]];
    }),
  );
}

type Stored = Date | number | null;

const idsOf = (jobs: readonly ClaimedJob[]): string[] => jobs.map((job) => job.id);
