import { expect, vi } from 'vitest';
import { db, forkEm, type Orm } from '../../src/db/orm.ts';
import { claim, release, renew, retryLater } from '../../src/jobs/leases.ts';
import { enqueue, finish, giveBack, LeaseLostError } from '../../src/jobs/queue.ts';
import type { ClaimedJob, Task } from '../../src/jobs/task.ts';
import { JobWorker } from '../../src/jobs/worker.ts';
import { createLogger } from '../../src/logger.ts';
import { ModelError } from '../../src/models/chat-model.ts';
import { test } from '../support/indexed-sessions.ts';

const log = createLogger('silent');
const task = { name: 'count', batchSize: 2, maxAttempts: 3 };
const inMs = (ms: number) => new Date(Date.now() + ms);
const ask = (orm: Orm, key: string, name = task.name) => enqueue(forkEm(orm), { userId: 'alice', task: name, key });
const claimAs = (orm: Orm, owner: string, now = inMs(0)) => claim(forkEm(orm), task, owner, now);
const rows = (orm: Orm) => db(forkEm(orm)).selectFrom('job').selectAll().orderBy('key').execute();

async function onlyJob(jobs: Promise<ClaimedJob[]>): Promise<ClaimedJob> {
  const [job, ...others] = await jobs;
  expect(others).toEqual([]);
  if (job === undefined) throw new Error('There is no job.');
  return job;
}

test('jobs are claimed in the order they were asked for, a batch at a time, each by one process', async ({ orm }) => {
  for (const key of ['a', 'b', 'c']) await ask(orm, key);
  expect((await claimAs(orm, 'one')).map((job) => job.key).sort()).toEqual(['a', 'b']);
  expect((await claimAs(orm, 'two')).map((job) => job.key)).toEqual(['c']);
  expect(await claimAs(orm, 'three')).toEqual([]);
});

test('what was asked for twice is done once', async ({ orm }) => {
  await ask(orm, 'a');
  await ask(orm, 'a');
  await finish(forkEm(orm), await onlyJob(claimAs(orm, 'one')));
  expect(await rows(orm)).toEqual([]);
});

test('a job asked for anew while it runs can no longer be finished, and the effect of that run is undone', async ({
  orm,
}) => {
  await ask(orm, 'a');
  const job = await onlyJob(claimAs(orm, 'one'));
  await ask(orm, 'a');

  const effect = forkEm(orm).transactional(async (em) => {
    await enqueue(em, { userId: 'alice', task: 'effect', key: 'a' });
    await finish(em, job);
  });

  await expect(effect).rejects.toThrow(LeaseLostError);
  expect(await rows(orm)).toMatchObject([{ task: 'count', state: 'READY', attempts: 0 }]);
  await finish(forkEm(orm), await onlyJob(claimAs(orm, 'one')));
});

test('a job whose process is gone is taken by another when its lease has run out, and finished once', async ({
  orm,
}) => {
  await ask(orm, 'a');
  const first = await onlyJob(claimAs(orm, 'one'));
  expect(await claimAs(orm, 'two', inMs(9000))).toEqual([]);
  const second = await onlyJob(claimAs(orm, 'two', inMs(10_100)));

  expect(second.attempts).toBe(2);
  await expect(finish(forkEm(orm), first)).rejects.toThrow(LeaseLostError);
  await finish(forkEm(orm), second);
  await expect(finish(forkEm(orm), second)).rejects.toThrow(LeaseLostError);
});

test('a renewed lease keeps the job', async ({ orm }) => {
  await ask(orm, 'a');
  const job = await onlyJob(claimAs(orm, 'one'));
  expect(await renew(forkEm(orm), 'one', [job], inMs(9000))).toBe(1);
  expect(await claimAs(orm, 'two', inMs(18_000))).toEqual([]);
  expect(await renew(forkEm(orm), 'two', [job], inMs(9000))).toBe(0);
});

test('a failed job comes back later each time, and stays FAILED after its last attempt', async ({ orm }) => {
  await ask(orm, 'a');
  const error = new ModelError('TIMEOUT', 'what the user said', true);
  let now = inMs(0);
  for (const [attempt, longestMs] of [1500, 3000].entries()) {
    await retryLater(forkEm(orm), await onlyJob(claimAs(orm, 'one', now)), task, error, now);
    const [row] = await rows(orm);
    expect(row).toMatchObject({ state: 'READY', attempts: attempt + 1, lastError: 'ModelError TIMEOUT' });
    const delayMs = (row?.runAt.getTime() ?? 0) - now.getTime();
    expect(delayMs).toBeGreaterThanOrEqual(longestMs / 3);
    expect(delayMs).toBeLessThanOrEqual(longestMs);
    expect(await claimAs(orm, 'one', now)).toEqual([]);
    now = new Date(now.getTime() + longestMs);
  }
  await retryLater(forkEm(orm), await onlyJob(claimAs(orm, 'one', now)), task, error, now);
  expect(await rows(orm)).toMatchObject([{ state: 'FAILED', attempts: 3 }]);
  expect(await claimAs(orm, 'one', inMs(1e9))).toEqual([]);
});

test('a released job is as if it had never been claimed, but its old holder cannot finish it', async ({ orm }) => {
  await ask(orm, 'a');
  const job = await onlyJob(claimAs(orm, 'one'));
  await release(forkEm(orm), 'one', [job]);
  expect(await rows(orm)).toMatchObject([{ state: 'READY', attempts: 0, leaseOwner: null }]);
  await expect(finish(forkEm(orm), job)).rejects.toThrow(LeaseLostError);
});

/** Finishes each job, after `act` had its way. */
function countingTask(orm: Orm, act: (jobs: readonly ClaimedJob[], signal: AbortSignal) => void | Promise<void>) {
  const done: string[] = [];
  const counting: Task = {
    ...task,
    async run(jobs, signal) {
      await act(jobs, signal);
      for (const job of jobs) await forkEm(orm).transactional((em) => finish(em, job));
      done.push(...jobs.map((job) => job.key));
    },
  };
  return { counting, done };
}

test('a worker does what is there when it starts, and what it is woken for', async ({ orm }) => {
  const { counting, done } = countingTask(orm, () => {});
  for (const key of ['a', 'b', 'c']) await ask(orm, key);
  const worker = new JobWorker({ orm, log, owner: 'one' }, [counting]);
  worker.start();
  await worker.idle();
  expect(done.sort()).toEqual(['a', 'b', 'c']);

  await ask(orm, 'd');
  worker.wake();
  await worker.idle();
  expect(done).toContain('d');
  expect(await rows(orm)).toEqual([]);
  await worker.stop();
});

test('a worker survives a task that throws, and does the other jobs', async ({ orm }) => {
  const { counting, done } = countingTask(orm, (jobs) => {
    if (jobs.some((job) => job.key === 'poison')) throw new TypeError('private words');
  });
  const worker = new JobWorker({ orm, log, owner: 'one' }, [{ ...counting, batchSize: 1 }]);
  worker.start();
  await ask(orm, 'poison');
  await ask(orm, 'a');
  await worker.idle();
  await worker.stop();
  expect(done).toEqual(['a']);
  expect(await rows(orm)).toMatchObject([{ key: 'poison', state: 'READY', attempts: 1, lastError: 'TypeError' }]);
});

test('a task that forgets to end its job is tried again, not for ever', async ({ orm }) => {
  await ask(orm, 'a');
  const worker = new JobWorker({ orm, log, owner: 'one' }, [{ ...task, maxAttempts: 1, run: async () => {} }]);
  worker.start();
  await worker.idle();
  await worker.stop();
  expect(await rows(orm)).toMatchObject([{ state: 'FAILED', lastError: 'UnfinishedError' }]);
});

test('stopping aborts what runs and gives its jobs back at once', async ({ orm }) => {
  const begun = Promise.withResolvers<void>();
  const { counting, done } = countingTask(orm, (_jobs, signal) => {
    begun.resolve();
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await ask(orm, 'a');
  const worker = new JobWorker({ orm, log, owner: 'one' }, [counting]);
  worker.start();
  await begun.promise;
  const idle = worker.idle();
  await worker.stop();
  await idle;
  expect(done).toEqual([]);
  expect((await onlyJob(claimAs(orm, 'two'))).attempts).toBe(1);
});

test('a lease is renewed while its task runs; when it is lost, the task is aborted', async ({ orm }) => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const begun = Promise.withResolvers<void>();
  const { counting } = countingTask(orm, (_jobs, signal) => {
    begun.resolve();
    return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
  });
  await ask(orm, 'a');
  const worker = new JobWorker({ orm, log, owner: 'one' }, [counting]);
  worker.start();
  await begun.promise;
  const setLease = (values: { leaseExpiresAt: Date; leaseOwner?: string }) =>
    db(forkEm(orm)).updateTable('job').set(values).execute();

  await setLease({ leaseExpiresAt: new Date(0) });
  vi.advanceTimersByTime(3000);
  await expect.poll(async () => (await rows(orm))[0]?.leaseExpiresAt?.getTime()).toBeGreaterThan(Date.now());

  const idle = worker.idle();
  await setLease({ leaseExpiresAt: inMs(10_000), leaseOwner: 'two' });
  vi.advanceTimersByTime(3000);
  await idle;
  vi.useRealTimers();
  await worker.stop();
  expect(await rows(orm)).toMatchObject([{ lastError: 'LeaseLostError' }]);
});

test('a job that ended its process each time it was tried is given up', async ({ orm }) => {
  await ask(orm, 'a');
  const longAgo = Date.now() - 1e9;
  await db(forkEm(orm))
    .updateTable('job')
    .set({ runAt: new Date(longAgo) })
    .execute();
  for (const crash of [0, 1, 2]) await claimAs(orm, 'gone', new Date(longAgo + crash * 20_000));
  const { counting, done } = countingTask(orm, () => {});
  const worker = new JobWorker({ orm, log, owner: 'one' }, [counting]);
  worker.start();
  await worker.idle();
  await worker.stop();
  expect(done).toEqual([]);
  expect(await rows(orm)).toMatchObject([{ state: 'FAILED' }]);
});

test('a start tries FAILED jobs again, of its own tasks', async ({ orm }) => {
  const { counting, done } = countingTask(orm, () => {});
  await ask(orm, 'a');
  await ask(orm, 'b', 'other');
  await db(forkEm(orm)).updateTable('job').set({ state: 'FAILED', attempts: 3 }).execute();
  const worker = new JobWorker({ orm, log, owner: 'one' }, [counting]);
  worker.start();
  await worker.idle();
  await worker.stop();
  expect(done).toEqual(['a']);
  expect(await rows(orm)).toMatchObject([{ key: 'b', state: 'FAILED' }]);
});

test('a job that was done in part waits behind the others, with all its attempts, for the rest', async ({ orm }) => {
  await ask(orm, 'long');
  const job = await onlyJob(claimAs(orm, 'one', inMs(1)));
  // Within one millisecond, the ids would decide.
  await enqueue(forkEm(orm), { userId: 'alice', task: task.name, key: 'short', runAt: inMs(-5) });
  await giveBack(forkEm(orm), job);

  expect(await rows(orm)).toMatchObject([
    { key: 'long', state: 'READY', attempts: 0, leaseOwner: null },
    { key: 'short', state: 'READY' },
  ]);
  await expect(giveBack(forkEm(orm), job)).rejects.toThrow(LeaseLostError);
  const next = await claim(forkEm(orm), { ...task, batchSize: 1 }, 'one', inMs(1000));
  expect(next.map(({ key }) => key)).toEqual(['short']);
});

test('a task of another lane waits for none of this one, and idle waits for both', async ({ orm }) => {
  const done: string[] = [];
  const gate = Promise.withResolvers<void>();
  const finishing = (name: string, before: () => Promise<void>): Omit<Task, 'lane'> => ({
    ...{ name, batchSize: 1, maxAttempts: 1 },
    async run(jobs) {
      await before();
      for (const job of jobs) await finish(forkEm(orm), job);
      done.push(name);
    },
  });
  const worker = new JobWorker({ orm, log, owner: 'one' }, [
    { ...finishing('slow', () => gate.promise), lane: 'beside' },
    finishing('quick', async () => {}),
    finishing('asked for by the slow one', async () => {}),
  ]);
  await ask(orm, 'a', 'slow');
  await ask(orm, 'a', 'quick');
  worker.start();
  await vi.waitFor(() => expect(done).toEqual(['quick']));
  let isIdle = false;
  const idle = worker.idle().then(() => {
    isIdle = true;
  });
  await ask(orm, 'b', 'quick');
  worker.wake();
  await vi.waitFor(() => expect(done).toEqual(['quick', 'quick']));
  expect(isIdle).toBe(false);
  await ask(orm, 'a', 'asked for by the slow one');
  gate.resolve();
  await idle;
  expect(done.toSorted()).toEqual(['asked for by the slow one', 'quick', 'quick', 'slow']);
  await worker.stop();
});
