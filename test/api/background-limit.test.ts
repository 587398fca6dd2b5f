import { afterEach, describe, expect, vi } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { claim } from '../../src/jobs/leases.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import type { ClaimedJob } from '../../src/jobs/task.ts';
import { limitBackground } from '../../src/users/limit-background.ts';
import { hashingEmbedder, startApp, type TestApp, test } from '../support/app.ts';
import { recordingLog } from '../support/recording-log.ts';
import { keptDatabase } from '../support/test-database.ts';
import type { Data } from '../support/test-viewer.ts';

const NOON = Date.parse('2026-05-04T12:00:00Z');
const MIDNIGHT = new Date('2026-05-05T00:00:00Z');

/** Stops the clock, so that a test says what time it is. Timers go on. */
const atTime = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: ms });

afterEach(() => {
  vi.useRealTimers();
});

const jobsOf = ({ running }: TestApp, userId = 'alice') =>
  db(forkEm(running.orm)).selectFrom('job').selectAll().where('userId', '=', userId).execute();

/** Of what one viewer's jobs used. */
const backgroundTokens = async ({ running }: TestApp, userId: string): Promise<number> => {
  const entries = await db(forkEm(running.orm))
    .selectFrom('usage_entry')
    .select(['inputTokens', 'outputTokens'])
    .where('userId', '=', userId)
    .where('isBackground', '=', true)
    .execute();
  return entries.reduce((sum, { inputTokens, outputTokens }) => sum + inputTokens + outputTokens, 0);
};

const embeddedTexts = (app: TestApp): string[] => hashingEmbedder(app).calls.flat();

describe('no tokens for background work', () => {
  test.override({ options: { env: { BACKGROUND_TOKENS_PER_DAY: '0' } } });

  test('what nobody waits for waits for midnight, untried; what somebody waits for goes on', async ({ app, alice }) => {
    atTime(NOON);
    const { session, reply } = await alice.turn('My knee hurts on the stairs.');
    await app.idle();
    expect(reply.status).toBe('COMPLETE');
    expect(embeddedTexts(app)).toEqual([]);
    expect(app.model.titles).toEqual([]);
    const asItWas = { title: 'My knee hurts on the stairs.', memory: { indexed: 0, pending: 2, failed: 0 } };
    expect(await alice.session(session.id)).toMatchObject(asItWas);
    const waiting = { state: 'READY', attempts: 0, leaseOwner: null, leaseExpiresAt: null, runAt: MIDNIGHT };
    const jobs = await jobsOf(app);
    expect(jobs.map(({ task }) => task).sort()).toEqual(['embed', 'embed', 'title-session']);
    for (const job of jobs) expect(job).toMatchObject(waiting);

    const [hit] = await alice.searchMemory('stairs');
    expect(hit).toMatchObject({ message: { content: 'My knee hurts on the stairs.' } });
    expect(app.lines.map(({ message }) => message)).toContain('background work waits for the next day');
  });

  test('a day that brings no tokens brings nothing; no attempt is lost by it', async ({ app, alice }) => {
    atTime(NOON);
    await alice.turn('My knee hurts.');
    await app.idle();
    atTime(MIDNIGHT.getTime());
    await app.idle();
    const dayAfter = new Date(MIDNIGHT.getTime() + 86_400_000);
    for (const job of await jobsOf(app)) expect(job).toMatchObject({ state: 'READY', attempts: 0, runAt: dayAfter });
    expect(embeddedTexts(app)).toEqual([]);
  });
});

describe('some tokens for background work', () => {
  const LIMIT = 60;
  test.override({ options: { model: 'offline', env: { BACKGROUND_TOKENS_PER_DAY: String(LIMIT) } } });

  const LONG = 'My knee hurts when I walk down the stairs in the morning and again in the evening. '.repeat(8);

  test('are of each viewer, and never exceeded; at midnight there are new ones', async ({ app, alice, bob }) => {
    atTime(NOON);
    const { session } = await alice.turn('I want to run again.');
    for (let turn = 0; turn < 6; turn++) await alice.turn(`I ran ${turn} km today.`, { sessionId: session.id });
    const his = await bob.turn('I want to sleep.');
    await app.idle();

    expect(await backgroundTokens(app, 'alice')).toBeGreaterThan(0);
    expect(await backgroundTokens(app, 'alice')).toBeLessThanOrEqual(LIMIT);
    const hers = await alice.session(session.id);
    expect(hers.memory.pending).toBeGreaterThan(0);
    expect(hers.memory.indexed).toBeGreaterThan(0);
    expect((await bob.session(his.session.id)).memory).toMatchObject({ indexed: 2, pending: 0 });

    for (let day = 0; day < 20 && (await jobsOf(app)).length > 0; day++) {
      atTime(MIDNIGHT.getTime() + day * 86_400_000);
      await app.idle();
    }
    const later = await app.viewer('alice');
    expect((await later.session(session.id)).memory).toEqual({ indexed: 14, pending: 0, failed: 0 });
  });

  test('one job that is too large holds up no other', async ({ app, alice }) => {
    const { session, message } = await alice.turn(LONG);
    await alice.turn('I want to run again.', { sessionId: session.id });
    await app.idle();
    expect((await alice.message(message.id)).memory).toBe('PENDING');
    expect((await alice.session(session.id)).memory.indexed).toBeGreaterThan(0);
  });

  test('what waits goes on at once when a restart allows it', async () => {
    const database = await keptDatabase();
    const first = await startApp({ model: 'offline', database, env: { BACKGROUND_TOKENS_PER_DAY: '0' } });
    const { session } = await (await first.viewer('alice')).turn('My knee hurts.');
    await first.idle();
    await first.close();

    const second = await startApp({ model: 'offline', database });
    await second.idle();
    const memory: Data = (await (await second.viewer('alice')).session(session.id)).memory;
    expect(memory).toEqual({ indexed: 2, pending: 0, failed: 0 });
    await second.close();
  });
});

describe('between processes', () => {
  const task = { name: 'elsewhere', batchSize: 1 };
  const claimed = async ({ running }: TestApp, owner: string): Promise<ClaimedJob> => {
    const [job] = await claim(forkEm(running.orm), task, owner, new Date());
    if (!job) throw new Error('There is no job.');
    return job;
  };
  const ask = ({ running }: TestApp, key: string) =>
    enqueue(forkEm(running.orm), { userId: 'alice', task: task.name, key });
  const admitOf = ({ running }: TestApp) => {
    const admit = limitBackground(
      { orm: running.orm, log: recordingLog().log },
      { ...running.config.limits, backgroundTokensPerDay: 100 },
    );
    if (!admit) throw new Error('There is no limit.');
    return admit;
  };

  test('what one has set aside the other cannot have, until that job has ended', async ({ app }) => {
    const admit = admitOf(app);
    for (const key of ['a', 'b']) await ask(app, key);
    const [one, two] = [await claimed(app, 'one'), await claimed(app, 'two')];
    const both = await Promise.all([one, two].map((job) => admit([{ job, tokens: 60 }], new Date())));
    expect(both.flat()).toHaveLength(1);

    await db(forkEm(app.running.orm)).deleteFrom('job').where('state', '=', 'RUNNING').execute();
    await db(forkEm(app.running.orm))
      .updateTable('job')
      .set({ runAt: new Date(0) })
      .execute();
    const again = await claimed(app, 'two');
    expect(await admit([{ job: again, tokens: 60 }], new Date())).toEqual([again]);
  });

  test('a job that was asked for anew meanwhile is neither run nor moved', async ({ app }) => {
    const admit = admitOf(app);
    await ask(app, 'a');
    const job = await claimed(app, 'one');
    await ask(app, 'a');
    expect(await admit([{ job, tokens: 60 }], new Date())).toEqual([]);
    expect(await admit([{ job, tokens: 600 }], new Date())).toEqual([]);
    const [row] = await jobsOf(app);
    expect(row).toMatchObject({ state: 'READY', attempts: 0, reservedTokens: 0, lastError: null });
    expect(row?.runAt.getTime()).toBeLessThanOrEqual(Date.now());
  });
});
