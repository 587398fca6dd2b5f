import { test as base, describe, expect } from 'vitest';
import { forkEm } from '../../src/db/orm.ts';
import { type AppOptions, startApp, type TestApp } from '../support/app.ts';
import { createGate, type Gate, says, slowly } from '../support/model-answers.ts';
import { isPglite, serverDatabase, testDialect } from '../support/test-database.ts';
import { type TestViewer, type Turn, textOf } from '../support/test-viewer.ts';

const NO_SERVER = testDialect === 'sqlite' || isPglite;

interface Two {
  /** Two processes over one database, as far as they can tell: each has its own connections. */
  start(options?: AppOptions): Promise<TestApp>;
  first: TestApp;
  second: TestApp;
  /** The same viewer, through the first and through the second. */
  here: TestViewer;
  there: TestViewer;
}

const test = base.extend<Two>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names from here
  start: async ({}, use) => {
    const url = await serverDatabase();
    const started: TestApp[] = [];
    await use(async (options = {}) => {
      const app = await startApp({ ...options, env: { DATABASE_URL: url, ...options.env } });
      started.push(app);
      await expect.poll(() => app.running.bell.isHeard || options.env?.DATABASE_LISTEN_URL).toBeTruthy();
      return app;
    });
    for (const app of started) await app.close();
  },
  first: async ({ start }, use) => use(await start()),
  second: async ({ start }, use) => use(await start()),
  here: async ({ first }, use) => use(await first.viewer('alice')),
  there: async ({ second }, use) => use(await second.viewer('alice')),
});

/** A reply that the process of `app` writes, as far as the gate lets it. */
async function begunReply(app: TestApp, viewer: TestViewer, texts: string[]): Promise<Turn & { gate: Gate }> {
  const gate = createGate();
  app.model.next(slowly(texts, gate));
  const turn = await viewer.send('Shall I go on?');
  gate.release();
  await expect.poll(() => viewer.message(turn.reply.id).then((reply) => reply.content)).toBe(texts[0]);
  return { ...turn, gate };
}

const codeOf = (promise: Promise<unknown>): Promise<string> =>
  promise.then(
    () => 'none',
    (error: { code?: string }) => error.code ?? String(error),
  );

describe.skipIf(NO_SERVER)('over one database', () => {
  for (const transport of ['ws', 'sse'] as const) {
    test(`a reply that another process writes is followed to its end over ${transport}`, async ({
      first,
      here,
      there,
    }) => {
      const { reply, gate } = await begunReply(first, here, ['Half', ' of it', ', and the rest.']);
      const reading = there.follow(reply.id, 2, transport);
      gate.releaseAll();
      const { events } = await reading;
      expect(textOf(events)).toBe('lf of it, and the rest.');
      expect(events.at(-1)).toMatchObject({
        __typename: 'ReplyCompleted',
        message: { content: 'Half of it, and the rest.', status: 'COMPLETE' },
      });
    });
  }

  test('news of a reply come before its end', async ({ first, here, there }) => {
    const { reply, gate } = await begunReply(first, here, ['Half', ' of it', '.']);
    const events = there.replyStream(reply.id);
    expect((await events.next()).value).toMatchObject({ text: 'Half' });
    const next = events.next();
    gate.release();
    expect((await next).value).toMatchObject({ offset: 4, text: ' of it' });
    gate.releaseAll();
    for await (const _ of events);
  });

  test('a reply is cancelled through another process', async ({ first, second, here, there }) => {
    const { reply, gate } = await begunReply(first, here, ['Half', ' of it']);
    expect(await there.cancel(reply.id)).toMatchObject({ status: 'CANCELLED', content: 'Half' });
    expect(await first.model.chats[0]?.ended).toBe(true);
    gate.releaseAll();
    expect(second.running.replies.all()).toEqual([]);
  });

  test('a process that hears nothing cancels, follows and works all the same', async ({ start, first, here }) => {
    const deaf = await start({ env: { DATABASE_LISTEN_URL: 'postgresql://nobody@127.0.0.1:1/none' } });
    const alice = await deaf.viewer('alice');
    const { reply, gate } = await begunReply(deaf, alice, ['Half', ' of it']);
    const reading = here.follow(reply.id);
    expect(await here.cancel(reply.id)).toMatchObject({ status: 'CANCELLED', content: 'Half' });
    expect((await reading).text).toBe('Half');
    gate.releaseAll();

    const other = await begunReply(first, here, ['More', ' of it']);
    const deafReading = alice.follow(other.reply.id);
    other.gate.releaseAll();
    expect((await deafReading).text).toBe('More of it');
  });

  test('a second reply in a session is refused by every process', async ({ first, here, there }) => {
    const { session, reply, gate } = await begunReply(first, here, ['Half', ' of it']);
    const refused = there.send('And now?', { sessionId: session.id });
    await expect(refused).rejects.toMatchObject({ code: 'REPLY_IN_PROGRESS', replyId: reply.id });
    gate.releaseAll();
    await here.follow(reply.id);
  });

  test('of many who send at once in one session one is served, and seq has no gap', async ({
    first,
    second,
    here,
    there,
  }) => {
    first.model.otherwise(says('Yes.'));
    second.model.otherwise(says('Yes.'));
    const { session } = await here.turn('First.');
    const sent = await Promise.allSettled(
      Array.from({ length: 12 }, (_, n) => (n % 2 ? here : there).send(`Again ${n}.`, { sessionId: session.id })),
    );
    const served = sent.filter(({ status }) => status === 'fulfilled').length;
    expect(served).toBeGreaterThan(0);
    await first.idle();
    await second.idle();
    const { nodes } = await here.messages(session.id, '(first: 100)');
    expect(nodes.map((message: { seq: number }) => message.seq)).toEqual(nodes.map((_: unknown, at: number) => at + 1));
    expect(nodes).toHaveLength(2 + 2 * served);
  });

  test('one request that comes to two processes at once is one turn', async ({ first, second, here, there }) => {
    first.model.otherwise(says('Yes.'));
    second.model.otherwise(says('Yes.'));
    const input = { idempotencyKey: 'once' };
    const turns = await Promise.all([here, there, here, there].map((viewer) => viewer.send('Only once.', input)));
    expect(new Set(turns.map(({ reply }) => reply.id)).size).toBe(1);
    await here.follow(turns[0]?.reply.id);
    expect((await here.sessions()).totalCount).toBe(1);
  });

  test('a limit is one limit, through however many processes', async ({ start }) => {
    const env = { MESSAGES_PER_MINUTE: '5' };
    const apps = [await start({ env, answer: says('Yes.') }), await start({ env, answer: says('Yes.') })];
    const viewers = await Promise.all(apps.map((app) => app.viewer('alice')));
    const codes = await Promise.all(
      Array.from({ length: 14 }, (_, n) => codeOf(viewers[n % 2]?.send(`${n}`) ?? codeOf(Promise.reject()))),
    );
    expect(codes.filter((code) => code === 'none')).toHaveLength(5);
    expect(codes.filter((code) => code === 'LIMIT_EXCEEDED')).toHaveLength(9);
    for (const app of apps) await app.idle();
  });

  test('what an api process asks for a worker does, once, and the api process tells of it', async ({ start }) => {
    const api = await start({ env: { ROLE: 'api' }, answer: says('Yes.') });
    const workers = [await start({ env: { ROLE: 'worker' } }), await start({ env: { ROLE: 'worker' } })];
    const alice = await api.viewer('alice');
    const { message } = await alice.turn('My knee hurts.');
    await expect.poll(() => alice.message(message.id).then(({ memory }) => memory)).toBe('INDEXED');
    // The reply's may be another worker's.
    await expect.poll(() => forkEm(api.running.orm).execute('select id from job')).toEqual([]);
    expect((await fetch(`${workers[0]?.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${workers[0]?.url}/metrics`)).status).toBe(200);
    const refused = await fetch(`${workers[0]?.url}/graphql`, { method: 'POST' });
    expect(refused.status).toBe(404);
  });

  test('a reply whose process is silent is ended by another, and its process lets go', async ({
    first,
    here,
    there,
  }) => {
    const { reply, gate } = await begunReply(first, here, ['Half', ' of it']);
    const reading = here.follow(reply.id);
    await forkEm(first.running.orm).execute(
      `update chat_message set lease_expires_at = now() - interval '1 second' where id = ?`,
      [reply.id],
    );
    const ended = (await there.follow(reply.id)).events.at(-1);
    expect(ended).toMatchObject({
      __typename: 'ReplyFailed',
      message: { content: 'Half', status: 'FAILED', error: { code: 'INTERRUPTED', retryable: true } },
    });
    gate.releaseAll();
    expect((await reading).events.at(-1)).toEqual(ended);
    await first.idle();
    expect(await there.message(reply.id)).toMatchObject({ content: 'Half', status: 'FAILED' });
  });

  test('a session that changes in one process is told in another', async ({ here, there }) => {
    const { id } = await here.createSession();
    const changes = there.subscribe('subscription($id: ID!) { chatSessionChanged(id: $id) { title } }', { id });
    expect((await changes.next()).value).toMatchObject({ chatSessionChanged: { title: 'New session' } });
    const next = changes.next();
    await here.updateSession({ id, title: 'Knee' });
    expect((await next).value).toMatchObject({ chatSessionChanged: { title: 'Knee' } });
    await changes.return(undefined);
  });

  test('a session that changes is told also by a process that hears nothing', async ({ start, here }) => {
    const deaf = await start({ env: { DATABASE_LISTEN_URL: 'postgresql://nobody@127.0.0.1:1/nothing' } });
    const there = await deaf.viewer('alice');
    const { id } = await here.createSession();
    const changes = there.subscribe('subscription($id: ID!) { chatSessionChanged(id: $id) { title } }', { id });
    expect((await changes.next()).value).toMatchObject({ chatSessionChanged: { title: 'New session' } });
    await here.updateSession({ id, title: 'Knee' });
    await expect
      .poll(async () => (await changes.next()).value, { timeout: 10_000 })
      .toMatchObject({ chatSessionChanged: { title: 'Knee' } });
    await changes.return(undefined);
  });
});
