import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Em, forkEm, type Orm } from '../../src/db/orm.ts';
import { isAnythingFindable, type RetrieveQuery, retrieve } from '../../src/memory/search/retrieve.ts';
import { ScopeCache } from '../../src/memory/search/scope-cache.ts';
import { SEED_MODEL, seedMessages, seedSession } from '../support/memory-seed.ts';
import { recordStatements } from '../support/record-statements.ts';
import { openTestOrm, testDialect } from '../support/test-database.ts';

let orm: Orm;
let close: () => Promise<void>;
let em: Em;
let scopes: ScopeCache;

beforeAll(async () => {
  ({ orm, close } = await openTestOrm());
});
beforeEach(() => {
  em = forkEm(orm);
  scopes = new ScopeCache();
});
afterAll(() => close());

const find = (question: string, sessionIds: readonly string[], more: Partial<RetrieveQuery> = {}) =>
  retrieve(
    { em, scopes },
    { userId: 'alice', sessionIds, question, previousTurn: null, embedding: null, limit: 10, ...more },
  );
const textsFound = async (...of: Parameters<typeof find>) => (await find(...of)).map((hit) => hit.text);

const filler = [
  'The weather is grey.',
  'I cooked pasta with basil.',
  'Work was busy, three meetings.',
  'My sister called.',
];

async function aliceSaid(...said: Parameters<typeof seedMessages>[2]): Promise<string> {
  const session = await seedSession(em, 'alice');
  await seedMessages(em, session, said);
  return session;
}

test('a word of the question finds what holds it, with its place and source', async () => {
  const session = await seedSession(em, 'alice');
  const ids = await seedMessages(em, session, [
    ...filler,
    { text: '  My knees hurt after running.', on: '2026-03-05' },
  ]);
  const hits = await find('What about my hurting knee?', [session]);
  expect(hits[0]).toEqual({
    sessionId: session,
    messageId: ids[4],
    seq: 5,
    position: 0,
    range: [2, 30],
    text: 'My knees hurt after running.',
    tokens: 5,
    role: 'USER',
    saidAt: new Date('2026-03-05T12:00:00Z'),
    score: expect.any(Number),
  });
});

test('a short answer is found by the question before it', async () => {
  const session = await aliceSaid(
    ...filler,
    { text: 'How many hours did you sleep last night?', role: 'ASSISTANT' },
    'Only four, I fear.',
    ...filler,
  );
  expect((await textsFound('How many hours did I sleep?', [session]))[0]).toBe('Only four, I fear.');
});

test('a date in the question finds what was said on that day', async () => {
  const on = (day: string, text: string) => ({ text, on: day });
  const session = await aliceSaid(
    on('2026-03-02', 'The race was a joy.'),
    on('2026-04-12', 'The race was a pain.'),
    on('2026-05-20', 'The race was cancelled.'),
  );
  expect((await textsFound('How was the race on 12 April?', [session]))[0]).toBe('The race was a pain.');
  expect(await textsFound('Anything on April 12th, 2026?', [session])).toEqual(['The race was a pain.']);
});

test("the user's words come before the assistant's, unless the question asks for those", async () => {
  const session = await aliceSaid(
    { text: 'Magnesium in the evening may help with sleep.', role: 'ASSISTANT' },
    ...filler,
    ...filler,
    'I tried magnesium in the evening, for my sleep.',
  );
  const roles = async (question: string) =>
    (await find(question, [session])).filter((hit) => hit.text.includes('agnesium')).map((hit) => hit.role);
  expect(await roles('Does magnesium in the evening help with sleep?')).toEqual(['USER', 'ASSISTANT']);
  expect(await roles('What did you say may help with sleep, magnesium in the evening?')).toEqual(['ASSISTANT', 'USER']);
});

test("places are kept for the assistant's words, at the end and in proportion", async () => {
  const session = await aliceSaid(
    ...Array.from({ length: 12 }, (_, i) => `I had a headache again, number ${i}.`),
    ...Array.from({ length: 12 }, (_, i) => ({
      text: `A headache may come from stress ${i}.`,
      role: 'ASSISTANT' as const,
    })),
  );
  const hits = await find('Tell me about the headache', [session]);
  expect(hits.map((hit) => hit.role)).toEqual([...Array(8).fill('USER'), 'ASSISTANT', 'ASSISTANT']);
  expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).sort((a, b) => b - a));
  expect(Math.min(...hits.map((hit) => hit.score))).toBeGreaterThan(0);
});

test('nothing is found where no word, date or embedding fits', async () => {
  const session = await aliceSaid(...filler);
  expect(await find('Quantum chromodynamics?', [session])).toEqual([]);
  expect(await find('What is it?', [session])).toEqual([]);
  expect(await find('', [session])).toEqual([]);
  expect(await find('pasta', [])).toEqual([]);
  expect(await find('pasta', [randomUUID()])).toEqual([]);
  expect(await find('pasta', [session], { limit: 0 })).toEqual([]);
});

test("another user's words are never found, not even by their session's id", async () => {
  const [own, foreign] = [await aliceSaid('My secret is chess.'), await seedSession(em, 'bob')];
  await seedMessages(em, foreign, [{ text: 'My secret is poker.', embedding: Float32Array.of(1, 0) }]);
  const embedding = { vector: Float32Array.of(1, 0), model: SEED_MODEL };
  await find('secret', [own, foreign], { userId: 'bob' });
  expect(await textsFound('secret', [own, foreign], { embedding })).toEqual(['My secret is chess.']);
  expect(await textsFound('secret', [foreign], { embedding })).toEqual([]);
});

test('scores are the same whether other sessions were written in between or after', async () => {
  const [a, b] = [
    ['I run on Mondays.', 'How far?', 'Five miles, by the river.', 'My shoes are old.', 'The river was high.'],
    ['I swim on Tuesdays.', 'In the river?', 'No, in the pool.', 'It was cold.', 'A mile is enough.'],
  ] as const;
  const after = [await aliceSaid(...a), await aliceSaid(...b)];
  const between = [await seedSession(em, 'alice'), await seedSession(em, 'alice')] as const;
  for (const [i, text] of a.entries()) {
    await seedMessages(em, between[0], [text]);
    await seedMessages(em, between[1], [b[i] ?? '']);
  }
  const scoresOf = async (sessions: readonly string[]) =>
    (await find('How many miles by the river?', sessions)).map(({ text, score }) => [text, score]);
  expect(await scoresOf(between)).toEqual(await scoresOf(after));
  expect(await scoresOf(after.toReversed())).toEqual(await scoresOf(after));
});

test('a cache that was appended to equals a fresh one', async () => {
  const session = await seedSession(em, 'alice');
  for (let i = 0; i < 12; i++) {
    await seedMessages(em, session, [`Day ${i}: I ran ${i} miles. ${'The hill was steep. '.repeat(i * 4)}`]);
    if (i % 3 === 0) await find('miles', [session]);
    expect(await scopes.read(em, 'alice', { sessionIds: [session] })).toEqual(
      await new ScopeCache().read(em, 'alice', { sessionIds: [session] }),
    );
  }
});

test('readers at the same time leave one copy of what was appended', async () => {
  const session = await aliceSaid('I ran.');
  await find('run', [session]);
  await seedMessages(em, session, ['I swam.', 'I slept.']);
  await Promise.all([1, 2, 3].map(() => find('swim', [session])));
  expect(await scopes.read(em, 'alice', { sessionIds: [session] })).toEqual(
    await new ScopeCache().read(em, 'alice', { sessionIds: [session] }),
  );
});

test('what is deleted is gone once the version has moved, and never shown before', async () => {
  const session = await seedSession(em, 'alice');
  const [first = ''] = await seedMessages(em, session, ['I ran a marathon.', 'The marathon was hot.', 'I slept.']);
  expect(await textsFound('marathon', [session])).toHaveLength(3);
  await em.execute('delete from chat_message where id = ?', [first]);
  expect(await textsFound('marathon', [session])).not.toContain('I ran a marathon.');
  await em.execute('update memory_scope set version = version + 1 where session_id = ?', [session]);
  const [scope] = await scopes.read(em, 'alice', { sessionIds: [session] });
  expect(scope?.chunks).toHaveLength(2);
  expect([scope]).toEqual(await new ScopeCache().read(em, 'alice', { sessionIds: [session] }));
});

test('what a transaction read and then took back is not remembered', async () => {
  const session = await aliceSaid('I ran.');
  await find('run', [session]);
  const failed = em.transactional(async (inner) => {
    await seedMessages(inner, session, ['I swam.']);
    expect((await retrieve({ em: inner, scopes }, { ...swim, sessionIds: [session] })).map((hit) => hit.seq)).toContain(
      2,
    );
    throw new Error('taken back');
  });
  await expect(failed).rejects.toThrow('taken back');
  await em.execute('update chat_session set message_count = 1 where id = ?', [session]);
  await seedMessages(em, session, ['I rowed.']);
  expect(await scopes.read(em, 'alice', { sessionIds: [session] })).toEqual(
    await new ScopeCache().read(em, 'alice', { sessionIds: [session] }),
  );
});
const swim = { userId: 'alice', question: 'swam', previousTurn: null, embedding: null, limit: 5 };

test('what is in the prompt already is not found, and lends nothing to its neighbours', async () => {
  const session = await seedSession(em, 'alice');
  const ids = await seedMessages(em, session, ['I slept well.', 'My zebra sings.', 'I cooked.']);
  expect(await textsFound('zebra', [session])).toContain('I slept well.');
  expect(await textsFound('zebra', [session], { excludeMessageIds: new Set([ids[1] ?? '']) })).toEqual([]);
});

test("nothing is findable where all is in the prompt already, or nothing is the user's", async () => {
  const session = await seedSession(em, 'alice');
  const ids = await seedMessages(em, session, ['I slept.', 'I ran.']);
  const isFindable = (userId: string, excluded: readonly string[]) =>
    isAnythingFindable({ em, scopes }, { userId, sessionIds: [session], excludeMessageIds: new Set(excluded) });
  expect(await isFindable('alice', ids.slice(1))).toBe(true);
  expect(await isFindable('alice', ids)).toBe(false);
  expect(await isFindable('bob', [])).toBe(false);
});

test('the same text is found once', async () => {
  const session = await aliceSaid('I fear water.', ...filler, 'I fear water.', ...filler, 'I fear water!');
  const texts = await textsFound('fear of water', [session]);
  expect(texts.filter((text) => text.startsWith('I fear water')).sort()).toEqual(['I fear water!', 'I fear water.']);
});

test('a question that refers to the turn before it is searched with that turn', async () => {
  const session = await aliceSaid(...filler, 'My knee brace is blue.', ...filler, ...filler);
  const previousTurn = 'I bought a brace for the knee.';
  expect((await textsFound('Why is that?', [session], { previousTurn }))[0]).toBe('My knee brace is blue.');
  expect(await textsFound('Why is that?', [session])).toEqual([]);
  const whole = 'Which meetings, calls or dinners filled all of the long week at work for my sister and family?';
  expect(await textsFound(whole, [session], { previousTurn })).toEqual(await textsFound(whole, [session]));
});

test('an embedding finds what shares no word, among those of its own model', async () => {
  const embedded = (text: string, ...vector: number[]) => ({ text, embedding: Float32Array.from(vector) });
  const session = await aliceSaid(
    embedded('I tore a ligament.', 1, 0),
    embedded('The soup was good.', 0, 1),
    embedded('Old vectors are shorter.', 1),
    'Not embedded.',
  );
  const vector = Float32Array.of(0.8, 0.6);
  expect(await textsFound('sport injury', [session], { embedding: { vector, model: SEED_MODEL } })).toEqual([
    'I tore a ligament.',
    'The soup was good.',
  ]);
  expect(await find('sport injury', [session], { embedding: { vector, model: 'another' } })).toEqual([]);
});

test('thousands of sessions are searched in one query', async () => {
  const session = await aliceSaid('A needle.');
  const others = Array.from({ length: 40_000 }, () => randomUUID());
  expect(await textsFound('needle', [...others, session])).toEqual(['A needle.']);
});

test('no statement scans a table', async ({ skip }) => {
  skip(testDialect === 'postgres', 'size');
  const session = await seedSession(em, 'alice');
  const ids = await seedMessages(em, session, ['I ran.', { text: 'Far.', embedding: Float32Array.of(1) }]);
  const executed = await recordStatements({ orm });
  const embedding = { vector: Float32Array.of(1), model: SEED_MODEL };
  await find('ran', [session], { embedding, excludeMessageIds: new Set(ids.slice(0, 1)) });
  const statements = [...executed];

  expect(statements).toHaveLength(4);
  for (const { sql, parameters } of statements) {
    const plan = await em.execute<{ detail: string }[]>(`explain query plan ${sql}`, parameters);
    const scans = plan.map((step) => step.detail).filter((detail) => detail.startsWith('SCAN'));
    expect(scans.filter((detail) => !detail.includes('VIRTUAL TABLE'))).toEqual([]);
  }
});
