import { afterEach, expect, onTestFinished, vi } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import type { UsagePurpose } from '../../src/users/usage.entity.ts';
import { hashingEmbedder, startApp, type TestApp, test } from '../support/app.ts';
import { says } from '../support/model-answers.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

const MONDAY = Date.parse('2026-05-04T12:00:00Z');
const DAY = 86_400_000;

/** Stops the clock, so that a test says what time it is. Timers go on. */
const atTime = (ms: number) => vi.useFakeTimers({ toFake: ['Date'], now: ms });

afterEach(() => {
  vi.useRealTimers();
});

const USAGE = `query($since: DateTime, $until: DateTime) { viewer { usage(since: $since, until: $until) { sessions messages
  total { inputTokens outputTokens totalTokens } byPurpose { purpose usage { inputTokens outputTokens totalTokens } }
  byDay { date usage { inputTokens outputTokens totalTokens } } } } }`;
const usageOf = async (viewer: TestViewer, period: object = {}): Promise<Data> =>
  (await viewer.query(USAGE, period)).viewer.usage;

const nothing = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
const tokensFor = (usage: Data, purpose: UsagePurpose): number =>
  usage.byPurpose.find((each: Data) => each.purpose === purpose).usage.totalTokens;

/** As a model would have counted it then. */
function book({ running }: TestApp, viewer: TestViewer, purpose: UsagePurpose, at: string, inputTokens: number) {
  const entry = { userId: viewer.id, session: null, purpose, model: 'test-model', inputTokens, outputTokens: 1 };
  return db(forkEm(running.orm))
    .insertInto('usage_entry')
    .values({ ...entry, createdAt: new Date(at) })
    .execute();
}

test('who has used nothing gets zeros, for every purpose', async ({ alice }) => {
  const purposes = ['CHAT', 'REPORT', 'SUMMARY', 'TITLE', 'EMBEDDING'];
  expect(await usageOf(alice)).toEqual({
    ...{ sessions: 0, messages: 0, total: nothing, byDay: [] },
    byPurpose: purposes.map((purpose) => ({ purpose, usage: nothing })),
  });
});

test('counts what every model counted, where somebody waited and where nobody did', async ({ app, alice }) => {
  app.model.otherwise(says('I ', 'hear ', 'you.'));
  const { session } = await alice.turn('My knee hurts.');
  await app.idle();
  const before = await usageOf(alice);
  expect(tokensFor(before, 'CHAT')).toBeGreaterThan(0);
  expect(tokensFor(before, 'EMBEDDING')).toBeGreaterThan(0);

  await alice.searchMemory('knee');
  const searched = await usageOf(alice);
  expect(tokensFor(searched, 'EMBEDDING')).toBeGreaterThan(tokensFor(before, 'EMBEDDING'));
  await alice.preview(session.id, 'What of my knee?');
  expect(tokensFor(await usageOf(alice), 'CHAT')).toBe(tokensFor(before, 'CHAT'));
  const entries = await db(forkEm(app.running.orm))
    .selectFrom('usage_entry')
    .select(['purpose', 'isBackground'])
    .execute();
  expect(entries).toContainEqual({ purpose: 'CHAT', isBackground: false });
  expect(entries).toContainEqual({ purpose: 'EMBEDDING', isBackground: true });
});

test('comes to what the models counted, to the token, whatever came of it', async () => {
  const small = { SUMMARIZE: 'always', RECENT_TURNS: '1', PROMPT_TOKENS: '1200', REPLY_TOKENS: '200' };
  // Of what memory finds it makes a line; of what documents hold, nothing that can be used.
  const app = await startApp({ env: small, answer: says('[3] knee ', 'hurts ', 'when I run.') });
  onTestFinished(() => app.close());
  const alice = await app.viewer('alice');
  const document = await alice.addDocument('The knee is a joint. '.repeat(300));
  await app.idle();
  const { session } = await alice.turn('My knee hurts.', { newSession: { documentIds: [document.id] } });
  let last: Data;
  for (let turn = 0; turn < 8; turn++) {
    const content = `My knee hurt ${turn} times when I ran ${'and ran '.repeat(60)}.`;
    last = (await alice.turn(content, { sessionId: session.id })).reply;
  }
  await alice.retry(last.id);
  await app.idle();
  await alice.preview(session.id, 'How is my knee?');
  await alice.searchMemory('knee');
  await alice.searchDocuments('knee');
  await alice.report({ focus: 'knee', wait: true });
  await app.idle();

  const { byPurpose } = await usageOf(alice);
  const booked = (purposes: UsagePurpose[], field: string): number =>
    byPurpose
      .filter(({ purpose }: Data) => purposes.includes(purpose))
      .reduce((sum: number, { usage }: Data) => sum + usage[field], 0);
  for (const purpose of ['CHAT', 'REPORT', 'SUMMARY', 'TITLE', 'EMBEDDING'] as const) {
    expect(booked([purpose], 'inputTokens')).toBeGreaterThan(0);
  }
  // A token a message, and a token a delta: three of each answer, and one of each title.
  const asked = [...app.model.chats, ...app.model.titles];
  const messages = asked.reduce((sum, { body }) => sum + body.messages.length, 0);
  expect(booked(['CHAT', 'REPORT', 'SUMMARY', 'TITLE'], 'inputTokens')).toBe(messages);
  const deltas = 3 * app.model.chats.length + app.model.titles.length;
  expect(booked(['CHAT', 'REPORT', 'SUMMARY', 'TITLE'], 'outputTokens')).toBe(deltas);
  const words = hashingEmbedder(app)
    .calls.flat()
    .join(' ')
    .toLowerCase()
    .match(/\p{L}+/gu);
  expect(booked(['EMBEDDING'], 'inputTokens')).toBe(words?.length);
});

test('totals, purposes and days come to the same, by days of UTC', async ({ app, alice }) => {
  await book(app, alice, 'CHAT', '2026-05-04T23:59:59.999Z', 10);
  await book(app, alice, 'TITLE', '2026-05-05T00:00:00.000Z', 20);
  await book(app, alice, 'REPORT', '2026-05-05T18:00:00.000Z', 30);
  await book(app, alice, 'CHAT', '2026-05-07T00:00:00.000Z', 40);
  const usage = await usageOf(alice);
  expect(usage.total).toEqual({ inputTokens: 100, outputTokens: 4, totalTokens: 104 });
  expect(usage.byDay).toEqual([
    { date: '2026-05-04', usage: { inputTokens: 10, outputTokens: 1, totalTokens: 11 } },
    { date: '2026-05-05', usage: { inputTokens: 50, outputTokens: 2, totalTokens: 52 } },
    { date: '2026-05-07', usage: { inputTokens: 40, outputTokens: 1, totalTokens: 41 } },
  ]);
  expect(usage.byPurpose.map(({ purpose, usage: { totalTokens } }: Data) => [purpose, totalTokens])).toEqual([
    ...[
      ['CHAT', 52],
      ['REPORT', 31],
      ['SUMMARY', 0],
      ['TITLE', 21],
      ['EMBEDDING', 0],
    ],
  ]);
});

test('what is more than a client can be told is told as the most there is', async ({ app, alice }) => {
  for (const at of ['2026-05-04T12:00:00Z', '2026-05-05T12:00:00Z']) await book(app, alice, 'CHAT', at, 2_000_000_000);
  const most = 2_147_483_647;
  const usage = await usageOf(alice);
  expect(usage.total).toEqual({ inputTokens: most, outputTokens: 2, totalTokens: most });
  expect(usage.byDay[0].usage.totalTokens).toBe(2_000_000_001);
});

test('a period begins with its first instant and ends before its last', async ({ app, alice }) => {
  for (const [at, tokens] of [
    ['11:59:59.999', 1],
    ['12:00:00.000', 20],
    ['12:59:59.999', 300],
    ['13:00:00.000', 4000],
  ] as const) {
    await book(app, alice, 'CHAT', `2026-05-04T${at}Z`, tokens);
  }
  const from = { since: '2026-05-04T12:00:00Z' };
  const to = { until: '2026-05-04T15:00:00+02:00' };
  const inputOf = async (period: object) => (await usageOf(alice, period)).total.inputTokens;
  expect(await inputOf({ ...from, ...to })).toBe(320);
  expect(await inputOf(from)).toBe(4320);
  expect(await inputOf(to)).toBe(321);
  expect(await inputOf({ since: null, until: null })).toBe(4321);
  expect(await inputOf({ since: from.since, until: from.since })).toBe(0);
});

test('a period that ends before it begins is no period', async ({ alice }) => {
  const { errors } = await alice.ask(USAGE, { since: '2026-05-05T00:00:00Z', until: '2026-05-04T00:00:00Z' });
  expect(errors?.[0]?.extensions).toMatchObject({ code: 'BAD_USER_INPUT', fields: { until: expect.any(String) } });
});

test('counts the sessions that had a message in the period, and those messages', async ({ app, alice }) => {
  atTime(MONDAY);
  await alice.createSession({ title: 'Empty' });
  const { session } = await alice.turn('On Monday.');
  const { reply } = await alice.turn('And again.', { sessionId: session.id });
  await alice.retry(reply.id);
  await app.idle();
  atTime(MONDAY + DAY);
  const tuesday = await app.viewer('alice');
  await tuesday.turn('On Tuesday.', { sessionId: session.id });
  await tuesday.turn('Something else.');
  await app.idle();

  const counted = async (since: number | null, until: number | null) => {
    const period = { since: since && new Date(since), until: until && new Date(until) };
    const { sessions, messages } = await usageOf(tuesday, period);
    return { sessions, messages };
  };
  expect(await counted(null, null)).toEqual({ sessions: 2, messages: 9 });
  expect(await counted(MONDAY, MONDAY + 1)).toEqual({ sessions: 1, messages: 5 });
  expect(await counted(MONDAY + 1, MONDAY + DAY)).toEqual({ sessions: 0, messages: 0 });
  expect(await counted(MONDAY + 1, null)).toEqual({ sessions: 2, messages: 4 });
  expect(await counted(null, MONDAY + DAY)).toEqual({ sessions: 1, messages: 5 });
});

test('what is deleted stays counted; of what is purged the tokens do', async ({ app, alice }) => {
  const kept = await alice.turn('My knee hurts.');
  const purged = await alice.turn('My back hurts.');
  await app.idle();
  const before = await usageOf(alice);
  await alice.remove(kept.session.id);
  expect(await usageOf(alice)).toEqual(before);
  await alice.remove(purged.session.id, true);
  expect(await usageOf(alice)).toEqual({ ...before, sessions: 1, messages: 2 });
});

test('is of the viewer alone', async ({ app, alice, bob }) => {
  await alice.turn('My knee hurts.');
  await app.idle();
  expect(await usageOf(bob)).toMatchObject({ sessions: 0, messages: 0, total: nothing, byDay: [] });
});
