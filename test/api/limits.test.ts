import path from 'node:path';
import { afterEach, describe, expect, vi } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { type AppOptions, startApp, type TestApp, test } from '../support/app.ts';
import { createGate, type Gate, says, slowly } from '../support/model-answers.ts';
import { type Executed, recordStatements } from '../support/record-statements.ts';
import { temporaryFolder } from '../support/server-process.ts';
import { testDialect } from '../support/test-database.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

/** What one turn sets aside: its prompt, and its reply. */
const TURN = 1100;
const TURN_SIZE = { PROMPT_TOKENS: '1000', REPLY_TOKENS: '100' };
const NOON = Date.parse('2026-05-04T12:00:00Z');
const HOURS = 3_600_000;

/** Stops the clock, so that a test says what time it is. Timers go on. */
const atTime = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: ms });

afterEach(() => {
  vi.useRealTimers();
});

const LIMITS = '{ viewer { limits { messagesPerMinute tokensPerDay tokensLeftToday tokensPerSession } } }';
const limitsOf = async (viewer: TestViewer): Promise<Data> => (await viewer.query(LIMITS)).viewer.limits;
const tokensLeft = async (viewer: TestViewer): Promise<number> => (await limitsOf(viewer)).tokensLeftToday;
const usedBy = async (viewer: TestViewer): Promise<number> =>
  (await viewer.query('{ viewer { usage { total { totalTokens } } } }')).viewer.usage.total.totalTokens;

/** The error that it has to come to, as the client got it. */
const refusalOf = async (promise: Promise<unknown>): Promise<Data> =>
  promise.then(
    () => ({ code: 'none' }),
    (error: Data) => ({ message: error.message, ...error.errors?.[0]?.extensions }),
  );

/** Every reply of the model waits for the gate. */
function holdReplies(app: TestApp): Gate {
  const gate = createGate();
  app.model.otherwise(slowly(['I hear you.'], gate));
  return gate;
}

/** Sends as many messages at once, each to a session of its own. */
async function sendAtOnce(viewer: TestViewer, count: number): Promise<{ sent: Data[]; refusals: Data[] }> {
  const results = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      viewer.send(`Message ${at}.`).catch((error: Data) => ({ refusal: error.errors[0].extensions })),
    ),
  );
  return {
    sent: results.filter((result) => 'reply' in result),
    refusals: results.flatMap((result: Data) => result.refusal ?? []),
  };
}

const ON_DISK = () => ({ DATABASE_URL: `sqlite:${path.join(temporaryFolder(), 'carryover.db')}` });
/** On SQLite in memory, and in a file as it is used. */
const STORES = [
  ['in a database', () => ({})] as const,
  ...(testDialect === 'sqlite' ? [['in a file', ON_DISK] as const] : []),
];

const limited = (env: NodeJS.ProcessEnv): { options: AppOptions } => ({ options: { env: { ...TURN_SIZE, ...env } } });

describe('without limits', () => {
  const limitsQueries = ({ sql }: Executed) => /turn_pace|sum\((reserved|input)_tokens/.test(sql);

  test('all are null, and no turn asks the database about any', async ({ app, alice }) => {
    const executed = await recordStatements(app.running);
    const { reply } = await alice.turn('One.');
    await alice.retry(reply.id);
    await app.idle();
    expect(executed.length).toBeGreaterThan(10);
    expect(executed.filter(limitsQueries)).toEqual([]);
    const none = { messagesPerMinute: null, tokensPerDay: null, tokensLeftToday: null, tokensPerSession: null };
    expect(await limitsOf(alice)).toEqual(none);
  });

  describe('but with one', () => {
    test.override(limited({ TOKENS_PER_DAY: '100000' }));

    test('such a question would be seen', async ({ app, alice }) => {
      const executed = await recordStatements(app.running);
      await alice.turn('One.');
      expect(executed.filter(limitsQueries)).toHaveLength(3);
    });
  });
});

describe('MESSAGES_PER_MINUTE', () => {
  test.override(limited({ MESSAGES_PER_MINUTE: '3' }));

  test('lets so many begin in any minute, and says when the next one may', async ({ alice }) => {
    atTime(NOON);
    const { session } = await alice.turn('One.');
    const inSession = { sessionId: session.id };
    atTime(NOON + 20_000);
    await alice.turn('Two.', inSession);
    await alice.turn('Three.', inSession);
    const refusal = { code: 'LIMIT_EXCEEDED', limit: 'messagesPerMinute' };
    expect(await refusalOf(alice.send('Four.', inSession))).toMatchObject({ ...refusal, retryAfterSeconds: 40 });
    atTime(NOON + 59_999);
    expect(await refusalOf(alice.send('Four.', inSession))).toMatchObject({ ...refusal, retryAfterSeconds: 1 });
    expect(await alice.session(session.id)).toMatchObject({ messageCount: 6 });

    atTime(NOON + 60_000);
    await alice.turn('Four.', inSession);
    expect(await refusalOf(alice.send('Five.', inSession))).toMatchObject({ ...refusal, retryAfterSeconds: 20 });
  });

  test('counts retries, and not what was refused for another reason', async ({ app, alice }) => {
    const { session, reply } = await alice.turn('One.');
    for (let superseded = reply, retry = 0; retry < 2; retry++) {
      expect(await refusalOf(alice.send(' ', { sessionId: session.id }))).toMatchObject({ code: 'BAD_USER_INPUT' });
      superseded = await alice.retry(superseded.id);
      await app.idle();
    }
    const last = (await alice.messages(session.id)).nodes.at(-1);
    expect(await refusalOf(alice.retry(last.id))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect(await alice.message(last.id)).toMatchObject({ seq: 4, supersededBy: null });
  });

  test('a retry that was made already is answered, whatever the limits', async ({ app, alice }) => {
    const { reply } = await alice.turn('One.');
    const [first, ...others] = await Promise.all([1, 2, 3, 4, 5].map(() => alice.retry(reply.id)));
    expect(new Set(others.map((other) => other.id))).toEqual(new Set([first.id]));
    await app.idle();
  });

  test('stores nothing of what it refuses, not even a new session', async ({ alice }) => {
    for (const content of ['One.', 'Two.', 'Three.']) await alice.turn(content);
    expect(await refusalOf(alice.send('Four.'))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
    expect((await alice.sessions()).totalCount).toBe(3);
  });

  test('is of each viewer, and deleting what was sent resets nothing', async ({ alice, bob }) => {
    for (const content of ['One.', 'Two.', 'Three.']) {
      const { session } = await alice.turn(content);
      await alice.remove(session.id, true);
    }
    expect(await refusalOf(alice.send('Four.'))).toMatchObject({ limit: 'messagesPerMinute' });
    expect((await bob.turn('One.')).reply.status).toBe('COMPLETE');
  });

  test('a key that was used answers what it sent, also when the two came at once', async ({ app, alice }) => {
    await alice.turn('One.');
    await alice.turn('Two.');
    const tries = await Promise.all([1, 2, 3, 4].map(() => alice.send('Three.', { idempotencyKey: 'three' })));
    expect(new Set(tries.map(({ reply }) => reply.id)).size).toBe(1);
    await app.idle();
    expect((await alice.send('Three.', { idempotencyKey: 'three' })).reply.id).toBe(tries[0]?.reply.id);
    expect(await refusalOf(alice.send('Four.', { idempotencyKey: 'four' }))).toMatchObject({ code: 'LIMIT_EXCEEDED' });
  });

  for (const [where, env] of STORES) {
    test(`of messages sent at once it lets through exactly as many, ${where}`, async () => {
      const app = await startApp({ env: { MESSAGES_PER_MINUTE: '4', ...env() } });
      const [alice, bob] = [await app.viewer('alice'), await app.viewer('bob')];
      const [hers, his] = await Promise.all([sendAtOnce(alice, 12), sendAtOnce(bob, 3)]);
      expect(hers.sent).toHaveLength(4);
      expect(hers.refusals).toHaveLength(8);
      expect(his.sent).toHaveLength(3);
      expect((await alice.sessions()).totalCount).toBe(4);
      await app.idle();
      await app.close();
    });
  }
});

describe('TOKENS_PER_DAY', () => {
  test.override(limited({ TOKENS_PER_DAY: String(2 * TURN + 200) }));

  test('a running reply sets aside all it may come to use; what it did not use comes back', async ({ app, alice }) => {
    const gate = holdReplies(app);
    await alice.send('I cannot sleep.');
    expect(await tokensLeft(alice)).toBe(TURN + 200);
    gate.releaseAll();
    await app.idle();
    const used = await usedBy(alice);
    expect(used).toBeGreaterThan(0);
    expect(used).toBeLessThan(200);
    expect(await tokensLeft(alice)).toBe(2 * TURN + 200 - used);
  });

  for (const end of ['cancelled', 'failed'] as const) {
    test(`a reply that was ${end} sets nothing aside any more`, async ({ app, alice }) => {
      const gate = createGate();
      app.model.next(slowly(['Half', ' of it'], gate));
      const { reply } = await alice.send('Shall I go on?');
      if (end === 'cancelled') await alice.cancel(reply.id);
      else app.running.replies.get(reply.id)?.stop('INTERRUPTED');
      await app.idle();
      expect(await tokensLeft(alice)).toBe(2 * TURN + 200 - (await usedBy(alice)));
    });
  }

  test('a reply that is cancelled before its first words has used its prompt', async ({ app, alice }) => {
    const gate = createGate();
    app.model.next(slowly(['Too late.'], gate));
    const { reply } = await alice.send('Shall I go on?');
    await expect.poll(() => app.model.chats.length).toBe(1);
    expect(await alice.cancel(reply.id)).toMatchObject({ content: '', status: 'CANCELLED' });
    gate.releaseAll();
    await app.idle();
    const { usedTokens } = await alice.manifest(reply.id);
    expect((await alice.message(reply.id)).usage).toMatchObject({ inputTokens: usedTokens, outputTokens: 0 });
    expect(await usedBy(alice)).toBeGreaterThanOrEqual(usedTokens);
  });

  test('what only waits for a running reply has no time to come back at', async ({ app, alice }) => {
    const gate = holdReplies(app);
    await sendAtOnce(alice, 2);
    const refusal = await refusalOf(alice.send('And one more.'));
    expect(refusal).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'tokensPerDay', message: /running reply/ });
    expect(refusal).not.toHaveProperty('retryAfterSeconds');
    // What is left may still be searched with.
    expect(await tokensLeft(alice)).toBe(200);
    expect(await alice.searchMemory('Message 1')).not.toEqual([]);
    gate.releaseAll();
    await app.idle();
    expect((await alice.turn('And one more.')).reply.status).toBe('COMPLETE');
  });

  for (const [where, env] of STORES) {
    test(`of messages sent at once it lets through as many as it has tokens for, ${where}`, async () => {
      const app = await startApp({ env: { ...TURN_SIZE, TOKENS_PER_DAY: String(3 * TURN), ...env() } });
      const gate = holdReplies(app);
      const [alice, bob] = [await app.viewer('alice'), await app.viewer('bob')];
      const [hers, his] = await Promise.all([sendAtOnce(alice, 10), sendAtOnce(bob, 2)]);
      expect(hers.sent).toHaveLength(3);
      expect(hers.refusals.map(({ limit }) => limit)).toEqual(Array(7).fill('tokensPerDay'));
      expect(his.sent).toHaveLength(2);
      expect([await tokensLeft(alice), await tokensLeft(bob)]).toEqual([0, TURN]);
      const searched = await refusalOf(alice.searchMemory('Message'));
      expect(searched).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'tokensPerDay', message: /running reply/ });
      expect(await bob.searchMemory('Message')).not.toEqual([]);
      gate.releaseAll();
      await app.idle();
      await app.close();
    });
  }

  for (const [where, env] of STORES) {
    test(`of searches and previews at once it lets through as many as it has tokens for, ${where}`, async () => {
      const size = { ...TURN_SIZE, RECENT_TURNS: '0', TOKENS_PER_DAY: String(TURN) };
      const app = await startApp({ env: { ...size, ...env() } });
      const alice = await app.viewer('alice');
      const { session } = await alice.turn('My knee hurts.');
      await app.idle();
      const left = await tokensLeft(alice);
      const words = 'knee '.repeat(100);
      const outcomes = await Promise.all(
        Array.from({ length: 30 }, (_, at) =>
          refusalOf(at % 2 === 0 ? alice.searchMemory(words) : alice.preview(session.id, words)),
        ),
      );
      expect(outcomes.filter(({ code }) => code === 'none').length).toBeGreaterThan(0);
      const refused = outcomes.filter(({ code }) => code !== 'none');
      expect(refused.length).toBeGreaterThan(0);
      for (const each of refused) expect(each).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'tokensPerDay' });
      expect(await usedBy(alice)).toBeLessThanOrEqual(TURN);
      // What was set aside is corrected to what the model counted: a token a word.
      expect(left - (await tokensLeft(alice))).toBe(100 * outcomes.filter(({ code }) => code === 'none').length);
      await app.close();
    });
  }

  describe('once they are used up', () => {
    /** As a day of talking would have it. */
    async function useUp({ running }: TestApp, viewer: TestViewer): Promise<Data> {
      const { session } = await viewer.turn('My knee hurts.');
      await running.idle();
      const used = { purpose: 'CHAT' as const, model: 'test-model', inputTokens: 5000, outputTokens: 0 };
      await db(forkEm(running.orm))
        .insertInto('usage_entry')
        .values({ userId: viewer.id, session: session.id, ...used })
        .execute();
      return session;
    }

    test('there are new ones at midnight UTC', async ({ app, alice }) => {
      atTime(NOON);
      const session = await useUp(app, alice);
      expect(await tokensLeft(alice)).toBe(0);
      atTime(NOON + 11.5 * HOURS);
      const refusal = { code: 'LIMIT_EXCEEDED', limit: 'tokensPerDay', retryAfterSeconds: 1800 };
      const later = await app.viewer('alice');
      expect(await refusalOf(later.send('And now?', { sessionId: session.id }))).toMatchObject(refusal);
      atTime(NOON + 12 * HOURS);
      const tomorrow = await app.viewer('alice');
      expect(await tokensLeft(tomorrow)).toBe(2 * TURN + 200);
      expect((await tomorrow.turn('And now?', { sessionId: session.id })).reply.status).toBe('COMPLETE');
    });

    test('other viewers have theirs, and deleting what used them brings nothing back', async ({ app, alice, bob }) => {
      const session = await useUp(app, alice);
      await alice.remove(session.id, true);
      expect(await refusalOf(alice.send('And now?'))).toMatchObject({ limit: 'tokensPerDay' });
      expect((await bob.turn('And now?')).reply.status).toBe('COMPLETE');
    });

    test('neither memory is searched nor a prompt shown, for that would embed the question', async ({ app, alice }) => {
      const session = await useUp(app, alice);
      const before = await usedBy(alice);
      const refusal = { code: 'LIMIT_EXCEEDED', limit: 'tokensPerDay', retryAfterSeconds: expect.any(Number) };
      expect(await refusalOf(alice.searchMemory('knee'))).toMatchObject(refusal);
      expect(await refusalOf(alice.preview(session.id, 'My knee?'))).toMatchObject(refusal);
      expect(await usedBy(alice)).toBe(before);
    });
  });
});

describe('TOKENS_PER_SESSION', () => {
  test.override(limited({ TOKENS_PER_SESSION: String(TURN + 20) }));

  test('ends a session and no other, at no time that could be told', async ({ app, alice }) => {
    const { session } = await alice.turn('One.');
    const sessionId = session.id;
    for (let turn = 0; turn < 30; turn++) {
      await app.idle();
      if ((await alice.session(sessionId)).usage.totalTokens > 20) break;
      await alice.turn('On and on about it.', { sessionId });
    }
    await app.idle();
    const refusal = await refusalOf(alice.send('More.', { sessionId }));
    expect(refusal).toMatchObject({ code: 'LIMIT_EXCEEDED', limit: 'tokensPerSession' });
    expect(refusal).not.toHaveProperty('retryAfterSeconds');
    expect((await alice.turn('Another.')).reply.status).toBe('COMPLETE');
    expect(await limitsOf(alice)).toMatchObject({ tokensPerSession: TURN + 20, tokensPerDay: null });
  });
});

describe('a limit below what one turn may use', () => {
  for (const [variable, limit] of [
    ['TOKENS_PER_DAY', 'tokensPerDay'],
    ['TOKENS_PER_SESSION', 'tokensPerSession'],
  ] as const) {
    test(`${variable}: says that waiting does not help, to the viewer and in the log`, async () => {
      const app = await startApp({ env: { ...TURN_SIZE, [variable]: '500' } });
      const refusal = await refusalOf((await app.viewer('alice')).send('One.'));
      expect(refusal).toMatchObject({ code: 'LIMIT_EXCEEDED', limit, message: /may use 1100 tokens.* is 500/ });
      expect(refusal).not.toHaveProperty('retryAfterSeconds');
      expect(app.lines).toContainEqual({
        level: 'warn',
        message: 'less than one message may use',
        details: { variable, limit: 500, tokens: TURN },
      });
      await app.close();
    });
  }
});

describe('over HTTP', () => {
  test.override(limited({ MESSAGES_PER_MINUTE: '1' }));

  const SEND = 'mutation { sendMessage(input: { content: "Two." }) { reply { id } } }';
  const NEWER = 'application/graphql-response+json';

  async function post({ url }: TestApp, { authorization = '' }: TestViewer, query: string, accept: string) {
    return fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', accept, authorization },
      body: JSON.stringify({ query }),
    });
  }

  test('a limit alone is 429 with Retry-After to clients that read such answers', async ({ app, alice }) => {
    await alice.turn('One.');
    const newer = await post(app, alice, SEND, NEWER);
    expect(newer.status).toBe(429);
    expect(Number(newer.headers.get('retry-after'))).toBeGreaterThan(0);
    const older = await post(app, alice, SEND, 'application/json');
    expect(older.status).toBe(200);
    expect(older.headers.get('retry-after')).not.toBeNull();
  });

  test('what also answered something is 200', async ({ app, alice }) => {
    app.model.otherwise(says('I hear you.'));
    const both = await post(app, alice, `{ a: viewer { id } b: viewer { id } }`, NEWER);
    expect(both.status).toBe(200);
    expect(both.headers.get('retry-after')).toBeNull();
  });
});

describe('over sockets and event streams', () => {
  test.override(limited({ MESSAGES_PER_MINUTE: '1' }));

  for (const transport of ['ws', 'sse'] as const) {
    test(`${transport}: a limit says which, and when to come again`, async ({ alice }) => {
      await alice.turn('One.');
      const send = 'mutation { sendMessage(input: { content: "Two." }) { reply { id } } }';
      for await (const { errors } of alice.subscribe(send, {}, transport)) {
        const extensions = {
          code: 'LIMIT_EXCEEDED',
          limit: 'messagesPerMinute',
          retryAfterSeconds: expect.any(Number),
        };
        expect(errors).toMatchObject([{ extensions }]);
      }
      expect((await alice.sessions()).totalCount).toBe(1);
      expect.assertions(2);
    });
  }
});
