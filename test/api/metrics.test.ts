import http from 'node:http';
import { expect, onTestFinished } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { type AppOptions, startApp, type TestApp, test } from '../support/app.ts';
import { createGate, fails, says, slowly } from '../support/model-answers.ts';
import { testDialect } from '../support/test-database.ts';

/** Values by name and labels, as in `carryover_jobs{task="embed",state="READY"}`. */
async function metricsOf({ url }: TestApp): Promise<Map<string, number>> {
  const response = await fetch(`${url}/metrics`);
  expect([response.status, response.headers.get('content-type')]).toEqual([
    200,
    expect.stringMatching(/^text\/plain; version=/),
  ]);
  const lines = (await response.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ')))]),
  );
}

const withoutLogin: AppOptions = { env: { AUTH_JWT_SECRET: '' } };

test('turns, first words, searches and calls of models are counted, each app’s apart', async ({ app, alice }) => {
  const other = await startApp();
  onTestFinished(() => other.close());
  const { session } = await alice.turn('My knee hurts.');
  await alice.turn('And my knee?', { sessionId: session.id });
  app.model.next(fails(401));
  await alice.turn('Still?', { sessionId: session.id });
  await app.idle();
  const metrics = await metricsOf(app);
  expect(metrics.get('carryover_turns_total{outcome="COMPLETE"}')).toBe(2);
  expect(metrics.get('carryover_turns_total{outcome="FAILED"}')).toBe(1);
  expect(metrics.get('carryover_first_delta_seconds_count')).toBe(2);
  expect(metrics.get('carryover_retrieval_seconds_count')).toBe(3);
  const calls = (purpose: string, outcome: string, model = 'test-model') =>
    metrics.get(`carryover_model_calls_total{model="${model}",purpose="${purpose}",outcome="${outcome}"}`);
  expect([calls('CHAT', 'OK'), calls('CHAT', 'MODEL_UNAVAILABLE')]).toEqual([2, 1]);
  expect(calls('EMBEDDING', 'OK', 'hashing')).toBeGreaterThan(0);
  expect(metrics.get('process_resident_memory_bytes')).toBeGreaterThan(1e6);
  expect([...(await metricsOf(other)).keys()].filter((key) => key.startsWith('carryover_turns_total'))).toEqual([]);
});

test('a call that condenses is counted as one, and a reply that is cancelled as cancelled', async () => {
  const app = await startApp({ env: { SUMMARIZE: 'always', RECENT_TURNS: '0' }, answer: says('[1] knee hurts') });
  onTestFinished(() => app.close());
  const alice = await app.viewer('alice');
  const { session } = await alice.turn('My knee hurts.');
  await alice.turn('What of my knee?', { sessionId: session.id });
  const gate = createGate();
  app.model.next(slowly(['It ', 'goes on.'], gate));
  const { reply } = await alice.send('Hello.');
  gate.release();
  await expect.poll(() => app.running.replies.get(reply.id)?.log.text).not.toBe('');
  await alice.cancel(reply.id);
  gate.releaseAll();
  const metrics = await metricsOf(app);
  const calls = (purpose: string, outcome: string) =>
    metrics.get(`carryover_model_calls_total{model="test-model",purpose="${purpose}",outcome="${outcome}"}`);
  expect([calls('SUMMARY', 'OK'), calls('CHAT', 'ABORTED')]).toEqual([1, 1]);
  expect(metrics.get('carryover_turns_total{outcome="CANCELLED"}')).toBe(1);
});

test('jobs are counted by task and state, with the age of the one that waits longest', async ({ app, alice }) => {
  const { message } = await alice.turn('Hello.');
  await app.idle();
  expect((await metricsOf(app)).get('carryover_oldest_due_job_seconds')).toBe(0);
  const job = { userId: 'alice', key: message.id, session: null, message: message.id, document: null };
  const em = forkEm(app.running.orm);
  const runAt = new Date(Date.now() - 60_000);
  // Tasks that nobody does here, so that they stay.
  await db(em)
    .insertInto('job')
    .values({ ...job, task: 'later', runAt })
    .execute();
  await db(em)
    .insertInto('job')
    .values({ ...job, task: 'failed', state: 'FAILED' })
    .execute();
  const metrics = await metricsOf(app);
  expect(metrics.get('carryover_jobs{task="later",state="READY"}')).toBe(1);
  expect(metrics.get('carryover_jobs{task="failed",state="FAILED"}')).toBe(1);
  expect(metrics.get('carryover_oldest_due_job_seconds')).toBeGreaterThanOrEqual(60);
  await db(em).deleteFrom('job').execute();
  expect([...(await metricsOf(app)).keys()].filter((key) => key.startsWith('carryover_jobs'))).toEqual([]);
});

test('open sockets and event streams are counted while they are open', async ({ app, alice }) => {
  const { session } = await alice.turn('Hello.');
  const follow = `subscription { chatSessionChanged(id: "${session.id}") { id } }`;
  const open = [alice.subscribe(follow, {}, 'ws'), alice.subscribe(follow, {}, 'sse')];
  for (const events of open) await events.next();
  const streams = async () => {
    const metrics = await metricsOf(app);
    return ['socket', 'event_stream', 'export'].map((name) =>
      metrics.get(`carryover_open_streams{transport="${name}"}`),
    );
  };
  expect(await streams()).toEqual([1, 1, 0]);
  for (const events of open) await events.return(undefined);
  await expect.poll(streams).toEqual([0, 0, 0]);
});

/** PostgreSQL tells how many rows there were when it last looked. */
const look = async ({ running }: TestApp) => {
  if (testDialect === 'postgres') await forkEm(running.orm).execute('analyze');
};

test('the database is measured, but not counted again for each who asks', async ({ app, alice }) => {
  await alice.turn('Hello.');
  await look(app);
  const first = await metricsOf(app);
  expect(first.get('carryover_rows{table="chat_message"}')).toBe(2);
  expect(first.get('carryover_database_bytes')).toBeGreaterThan(4096);
  await alice.turn('Hello.');
  await look(app);
  expect((await metricsOf(app)).get('carryover_rows{table="chat_message"}')).toBe(2);
});

test('a database that cannot be read costs what is measured of it, until it can be read again', async ({
  app,
  alice,
}) => {
  await alice.turn('Hello.');
  await app.idle();
  await look(app);
  expect((await metricsOf(app)).get('carryover_rows{table="chat_message"}')).toBe(2);
  const em = forkEm(app.running.orm);
  await em.execute('alter table job rename to lost');
  const without = await metricsOf(app);
  expect(without.get('carryover_turns_total{outcome="COMPLETE"}')).toBe(1);
  expect(without.get('carryover_oldest_due_job_seconds')).toBeNaN();
  expect([...without.keys()].filter((key) => /^carryover_(jobs|rows)/.test(key))).toEqual([]);
  expect(app.lines.map(({ message }) => message)).toContain('the database could not be measured');
  await em.execute('alter table lost rename to job');
  const again = await metricsOf(app);
  expect(again.get('carryover_oldest_due_job_seconds')).toBe(0);
  expect(again.get('carryover_rows{table="chat_message"}')).toBe(2);
  expect(again.get('carryover_database_bytes')).toBeGreaterThan(4096);
});

test('no label and no name tells of a viewer or of what one wrote', async ({ app, alice }) => {
  await alice.turn('My zorbulon hurts.', { newSession: { title: 'Zorbulon', tags: ['zorbulon'] } });
  await app.idle();
  expect(await (await fetch(`${app.url}/metrics`)).text()).not.toMatch(/zorbulon|alice/i);
});

test('metrics are served under no other name of the host', async () => {
  const app = await startApp({ ...withoutLogin, model: 'offline' });
  onTestFinished(() => app.close());
  const { port } = new URL(app.url);
  const status = await new Promise<number | undefined>((resolve) => {
    http.get({ port, host: '127.0.0.1', path: '/metrics', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  expect(status).toBe(403);
});
