import { describe, expect, onTestFinished } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { type AppOptions, test as base, startApp, type TestApp } from '../support/app.ts';
import { allRows } from '../support/database-contents.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';

const DAY_MS = 86_400_000;

interface Time {
  clock: { days: number };
  /** Lets days pass, and then retention do what is due. */
  later: (days: number) => Promise<void>;
}

/** A server whose clock, as far as retention goes, the test sets. */
const test = base.extend<Time & { options: AppOptions }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names from here
  clock: async ({}, use) => use({ days: 0 }),
  options: async ({ clock }, use) =>
    use({ clock, env: { DELETE_INACTIVE_AFTER_DAYS: '90', PURGE_DELETED_AFTER_DAYS: '30' } }),
  later: async ({ app, clock }, use) =>
    use(async (days) => {
      clock.days += days;
      await app.running.sweep();
      await app.idle();
    }),
});

const jobsOf = async (app: TestApp) => (await allRows(app)).job ?? [];

describe('a session that nobody writes to', () => {
  test('is deleted after so many days, and can be restored', async ({ alice, later }) => {
    const { session } = await alice.turn('Hello.');
    await later(89);
    expect(await alice.session(session.id)).toMatchObject({ isActive: true });
    await later(2);
    expect(await alice.session(session.id)).toMatchObject({ isActive: false, messageCount: 2 });
    expect(await alice.restore(session.id)).toMatchObject({ isActive: true });
  });

  test('stays where nothing was configured', async () => {
    const clock = { days: 0 };
    const app = await startApp({ clock });
    onTestFinished(() => app.close());
    const alice = await app.viewer('alice');
    const { session } = await alice.turn('Hello.');
    clock.days = 10_000;
    await app.running.sweep();
    await app.idle();
    expect(await alice.session(session.id)).toMatchObject({ isActive: true });
  });

  test('is purged so many days after it was deleted, with everything made of it', async ({
    app,
    alice,
    bob,
    later,
  }) => {
    const { session } = await alice.turn('Hello.', { idempotencyKey: 'once' });
    const bobs = await bob.turn('Hello.');
    await later(91);
    await bob.restore(bobs.session.id);
    await later(31);
    expect(await alice.session(session.id)).toBeNull();
    expect(await bob.session(bobs.session.id)).not.toBeNull();
    const rows = await allRows(app);
    expect(rows.chat_message?.map((row) => row.session_id)).toEqual([bobs.session.id, bobs.session.id]);
    expect(rows.chunk?.map((row) => row.user_id)).toEqual(['bob', 'bob']);
    expect(await jobsOf(app)).toEqual([]);
    // What it used stays counted; the key stays as a hash, so that a late retry is no new request.
    expect(rows.usage_entry?.filter((row) => row.user_id === 'alice').map((row) => row.session_id)).not.toEqual([]);
    await expect(alice.turn('Hello.', { idempotencyKey: 'once' })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

test('a session that the viewer deleted is purged too, and one restored in time is not', async ({ alice, later }) => {
  const [gone, kept] = [await alice.turn('Go.'), await alice.turn('Stay.')];
  await alice.remove(gone.session.id);
  await alice.remove(kept.session.id);
  await later(29);
  await alice.restore(kept.session.id);
  await later(2);
  expect(await alice.session(gone.session.id)).toBeNull();
  expect(await alice.session(kept.session.id)).toMatchObject({ isActive: true });
});

test('a job looks again before it acts: what was restored or written to since is left alone', async ({
  app,
  alice,
  clock,
}) => {
  const [restored, written] = [await alice.turn('One.'), await alice.turn('Two.')];
  await alice.remove(restored.session.id);
  await app.idle();
  // Asked for by a sweep, but not done yet.
  const em = forkEm(app.running.orm);
  clock.days = 100;
  await alice.restore(restored.session.id);
  const recently = new Date(Date.now() + 99 * DAY_MS);
  const touch = (id: string) =>
    db(em).updateTable('chat_session').set({ updatedAt: recently }).where('id', '=', id).execute();
  for (const { session } of [restored, written]) {
    await touch(session.id);
    await db(em)
      .insertInto('job')
      .values({ userId: 'alice', task: 'retention', key: session.id, session: null, message: null, document: null })
      .execute();
  }
  app.running.jobs.wake();
  await app.idle();
  for (const { session } of [restored, written]) {
    expect(await alice.session(session.id)).toMatchObject({ isActive: true });
  }
  expect(await jobsOf(app)).toEqual([]);
});

test('a reply that is being written is cancelled before its session is purged, and its reader told', async ({
  app,
  alice,
  later,
}) => {
  const gate = createGate();
  onTestFinished(() => gate.releaseAll());
  app.model.next(slowly(['It ', 'goes on.'], gate));
  const { session, reply } = await alice.send('Tell me.');
  gate.release();
  const following = alice.follow(reply.id);
  await expect.poll(async () => (await allRows(app)).reply_part).toHaveLength(1);
  const purged = later(200).then(() => later(31));
  // It was deleted first, which cancels; and the purge finds nothing running.
  expect((await following).events.at(-1)).toMatchObject({ __typename: 'ReplyCancelled' });
  await purged;
  expect(await alice.session(session.id)).toBeNull();
});

test('several sweeps at once ask for one job a session', async ({ app, alice, clock }) => {
  for (let n = 0; n < 3; n++) await alice.turn('Hello.');
  clock.days = 100;
  await Promise.all([app.running.sweep(), app.running.sweep(), app.running.sweep()]);
  await app.idle();
  expect((await alice.sessions({ filter: { state: 'DELETED' } })).totalCount).toBe(3);
  expect(await jobsOf(app)).toEqual([]);
});

test('a sweep that finds many sessions lets others in meanwhile', async ({ app, clock }) => {
  const em = forkEm(app.running.orm);
  const sessions = Array.from({ length: 450 }, () => ({ userId: 'alice', title: '', model: 'test-model', tags: [] }));
  await db(em).insertInto('chat_session').values(sessions).execute();
  clock.days = 100;
  await app.running.jobs.stop();
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  await app.running.sweep();
  clearImmediate(next);
  expect(turns).toBeGreaterThan(1);
  expect(await jobsOf(app)).toHaveLength(450);
});

test('a purge that its process did not live to end is ended by the next sweep', async ({ app, alice, later }) => {
  const { session } = await alice.turn('Hello.');
  await app.idle();
  await db(forkEm(app.running.orm))
    .updateTable('chat_session')
    .set({ userId: '' })
    .where('id', '=', session.id)
    .execute();
  await later(0);
  const { usage_entry: usage, ...others } = await allRows(app);
  for (const [table, rows] of Object.entries(others)) expect([table, rows]).toEqual([table, []]);
  expect(usage?.map((row) => row.session_id)).toEqual(usage?.map(() => null));
});

test('what failed is forgotten a week later, and its message says that it is not in memory', async ({
  app,
  alice,
  later,
}) => {
  const { message } = await alice.turn('Hello.');
  await app.idle();
  const em = forkEm(app.running.orm);
  await db(em)
    .updateTable('chunk')
    .set({ embedding: null, embeddingModel: null })
    .where('message', '=', message.id)
    .execute();
  const failed = {
    userId: 'alice',
    task: 'embed',
    key: message.id,
    session: null,
    message: message.id,
    document: null,
  };
  await db(em)
    .insertInto('job')
    .values({ ...failed, state: 'FAILED' })
    .execute();
  await later(6);
  expect(await jobsOf(app)).toHaveLength(1);
  await later(2);
  expect(await jobsOf(app)).toEqual([]);
  expect((await alice.message(message.id)).memory).toBe('FAILED');
});

test('another’s session is not touched by a job that names a wrong viewer', async ({ app, alice, later }) => {
  const { session } = await alice.turn('Hello.');
  await db(forkEm(app.running.orm))
    .insertInto('job')
    .values({ userId: 'bob', task: 'retention', key: session.id, session: null, message: null, document: null })
    .execute();
  app.running.jobs.wake();
  await app.idle();
  await later(0);
  expect(await alice.session(session.id)).toMatchObject({ isActive: true });
});

test('a long session goes in slices', async ({ app, alice, later }) => {
  app.model.otherwise(says('Yes.'));
  const { session } = await alice.turn('Hello.');
  for (let n = 0; n < 60; n++) await alice.turn(`Message ${n}.`, { sessionId: session.id });
  await alice.remove(session.id);
  await later(31);
  expect((await allRows(app)).chat_message).toEqual([]);
  expect((await allRows(app)).chunk_term).toEqual([]);
});
