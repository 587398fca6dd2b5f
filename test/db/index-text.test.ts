import { v7 } from 'uuid';
import { expect } from 'vitest';
import { ChatSession } from '../../src/chat/session.entity.ts';
import { db, forkEm, type Orm } from '../../src/db/orm.ts';
import { claim } from '../../src/jobs/leases.ts';
import { finish, LeaseLostError } from '../../src/jobs/queue.ts';
import { deleteSummariesOf, forgetSources } from '../../src/memory/index/forget-sources.ts';
import { embeddingOf } from '../support/embedders.ts';
import { aMessage, aSession, index, indexedMessages, test } from '../support/indexed-sessions.ts';

const embed = { name: 'embed', batchSize: 100 };
const claimAll = (orm: Orm) => claim(forkEm(orm), embed, 'one', new Date());
const chunksOf = (orm: Orm) =>
  db(forkEm(orm)).selectFrom('chunk').selectAll().orderBy('scope').orderBy('seq').orderBy('position').execute();
const postingsOf = (orm: Orm) => db(forkEm(orm)).selectFrom('chunk_term').selectAll().execute();
const jobKeys = async (orm: Orm) =>
  (await db(forkEm(orm)).selectFrom('job').select('key').execute()).map((job) => job.key).sort();
const versionOf = async (orm: Orm, sessionId: string) =>
  (
    await db(forkEm(orm))
      .selectFrom('memory_scope')
      .select('version')
      .where('session', '=', sessionId)
      .executeTakeFirst()
  )?.version;
const forget = (orm: Orm, userId: string, ids: string[]) =>
  forkEm(orm).transactional((em) => forgetSources(em, userId, ids));

/** As after the embed jobs: every chunk has an embedding, no job is left. */
async function embedAll(orm: Orm): Promise<void> {
  const em = forkEm(orm);
  await db(em)
    .updateTable('chunk')
    .set({ embedding: embeddingOf([]), embeddingModel: 'm' })
    .execute();
  await db(em).deleteFrom('job').execute();
}

test('a message becomes chunks that are found by their words, and one embed job', async ({ orm }) => {
  const session = await aSession(orm);
  const text = 'I ran five miles. Running helps me sleep.';
  const [message = ''] = await indexedMessages(orm, session, [text]);

  const [chunk, ...others] = await chunksOf(orm);
  expect(others).toEqual([]);
  expect(chunk).toMatchObject({
    userId: 'alice',
    message,
    seq: 1,
    position: 0,
    start: 0,
    text,
    role: 'USER',
    terms: 8,
  });
  expect(chunk?.tokens).toBeGreaterThan(7);
  expect(chunk?.embedding).toBeNull();
  const postings = new Map((await postingsOf(orm)).map((posting) => [posting.term, posting.tf]));
  expect(postings.get('mile')).toBe(1);
  expect(postings.get('run')).toBe(1);
  expect(await db(forkEm(orm)).selectFrom('job').selectAll().execute()).toMatchObject([
    { userId: 'alice', task: 'embed', key: message, session, message, state: 'READY' },
  ]);
});

test('where more people speak, a message is found by who spoke, and its text stays as it was said', async ({ orm }) => {
  const session = await aSession(orm);
  await index(orm, await aMessage(orm, session, 1, 'I ran.'), 'Ann Lee');
  const [chunk] = await chunksOf(orm);
  expect(chunk).toMatchObject({ text: 'I ran.', speaker: 'Ann Lee', terms: 4 });
  expect((await postingsOf(orm)).map((posting) => posting.term).sort()).toEqual(['ann', 'lee', 'ran']);
});

test('indexing a message again changes nothing', async ({ orm }) => {
  const session = await aSession(orm);
  const [message = ''] = await indexedMessages(orm, session, ['I ran five miles.', 'Well done.']);
  await embedAll(orm);
  const before = [await chunksOf(orm), await postingsOf(orm), await versionOf(orm, session)];
  await index(orm, message);
  expect([await chunksOf(orm), await postingsOf(orm), await versionOf(orm, session)]).toEqual(before);
  expect(await jobKeys(orm)).toEqual([]);
});

test('the longest message is indexed whole, with more postings than a statement has parameters', async ({ orm }) => {
  const words = Array.from({ length: 10_500 }, (_, n) => n.toString(36));
  const text = words.join(' ').slice(0, 32_000);
  await indexedMessages(orm, await aSession(orm), [text]);
  const chunks = await chunksOf(orm);
  const without = (spaces: string) => spaces.replaceAll(' ', '');
  expect(without(chunks.map((chunk) => chunk.text).join('')) === without(text)).toBe(true);
  for (const { text: piece, start } of chunks) expect(text.slice(start, start + piece.length)).toBe(piece);
  expect((await postingsOf(orm)).length).toBeGreaterThan(32_766 / 4);
});

test('a text without anything to say leaves no chunk and no job', async ({ orm }) => {
  await indexedMessages(orm, await aSession(orm), [' \n ']);
  expect(await chunksOf(orm)).toEqual([]);
  expect(await jobKeys(orm)).toEqual([]);
});

test('appending leaves the version of a session; filling a gap moves it', async ({ orm }) => {
  const session = await aSession(orm);
  const first = await aMessage(orm, session, 1, 'How did it go?');
  const third = await aMessage(orm, session, 3, 'Badly.');
  await index(orm, first);
  await index(orm, third);
  expect(await versionOf(orm, session)).toBe(0);
  await index(orm, await aMessage(orm, session, 2, 'How well did you sleep?'));
  expect(await versionOf(orm, session)).toBe(1);
});

test('filling a gap asks anew for the embedding of the short chunk after it, and only of that', async ({ orm }) => {
  const session = await aSession(orm);
  const long =
    'A long message that stands for itself, because it says all that has to be said about the matter. '.repeat(2);
  for (const [seq, text] of [
    [1, 'One.'],
    [3, 'Three.'],
    [4, 'Four.'],
    [6, long],
  ] as const) {
    await index(orm, await aMessage(orm, session, seq, text));
  }
  await embedAll(orm);
  const second = await aMessage(orm, session, 2, 'Two.');
  const fifth = await aMessage(orm, session, 5, 'Five.');
  await index(orm, second);
  await index(orm, fifth);
  const chunks = await chunksOf(orm);
  expect(chunks.filter((chunk) => chunk.embedding === null).map((chunk) => chunk.seq)).toEqual([2, 3, 5]);
  expect(chunks.filter((chunk) => chunk.embeddingModel === null).map((chunk) => chunk.seq)).toEqual([2, 3, 5]);
  const third = chunks.find((chunk) => chunk.seq === 3)?.message ?? '';
  expect(await jobKeys(orm)).toEqual([second, third, fifth].sort());
});

test('a message under way cannot be embedded with words that are no longer before it', async ({ orm }) => {
  const [first = '', second] = await indexedMessages(orm, await aSession(orm), ['One.', 'Two.']);
  const claimed = await claimAll(orm);
  await forget(orm, 'alice', [first]);
  for (const job of claimed) await expect(finish(forkEm(orm), job)).rejects.toThrow(LeaseLostError);
  expect(await jobKeys(orm)).toEqual([second]);
});

test('forgetting leaves nothing of the messages, and asks anew for what was embedded with their words', async ({
  orm,
}) => {
  const session = await aSession(orm);
  const ids = await indexedMessages(orm, session, ['One.', 'Two.', 'Three.', 'Four.', 'Five.', 'Six.']);
  await embedAll(orm);
  const gone = [ids[1] ?? '', ids[2] ?? '', ids[5] ?? ''];
  await forget(orm, 'alice', gone);

  const chunks = await chunksOf(orm);
  expect(chunks.map((chunk) => [chunk.seq, chunk.embedding === null])).toEqual([
    [1, false],
    [4, true],
    [5, false],
  ]);
  const left = new Set(chunks.map((chunk) => chunk.id));
  for (const posting of await postingsOf(orm)) expect(left).toContain(posting.chunk);
  expect(await versionOf(orm, session)).toBe(1);
  expect(await jobKeys(orm)).toEqual([ids[3]]);
});

test('what is embedded anew stays in its session', async ({ orm }) => {
  const [first = ''] = await indexedMessages(orm, await aSession(orm), ['One.']);
  await indexedMessages(orm, await aSession(orm), ['Other one.', 'Other two.']);
  await embedAll(orm);
  await forget(orm, 'alice', [first]);
  expect(await jobKeys(orm)).toEqual([]);
});

test("another user's messages cannot be forgotten", async ({ orm }) => {
  const session = await aSession(orm, 'bob');
  const ids = await indexedMessages(orm, session, ['One.', 'Two.']);
  await forget(orm, 'alice', ids);
  expect((await chunksOf(orm)).length).toBe(2);
  expect(await jobKeys(orm)).toEqual([...ids].sort());
  expect(await versionOf(orm, session)).toBe(0);
});

test('summaries go with any of their sources', async ({ orm }) => {
  const session = await aSession(orm);
  const [first = '', second = '', third = ''] = await indexedMessages(orm, session, ['One.', 'Two.', 'Three.']);
  const summarize = async (key: string, sources: string[]) => {
    const summary = v7();
    const em = forkEm(orm);
    await db(em).insertInto('summary').values({ id: summary, userId: 'alice', session, key, text: key }).execute();
    await db(em)
      .insertInto('summary_source')
      .values(sources.map((message) => ({ summary, message })))
      .execute();
  };
  const summaries = async () =>
    (await db(forkEm(orm)).selectFrom('summary').select('key').orderBy('key').execute()).map((summary) => summary.key);
  await summarize('1+2', [first, second]);
  await summarize('2+3', [second, third]);
  await summarize('3', [third]);

  await deleteSummariesOf(forkEm(orm), 'bob', [first, second, third]);
  expect(await summaries()).toEqual(['1+2', '2+3', '3']);
  await forget(orm, 'alice', [first]);
  expect(await summaries()).toEqual(['2+3', '3']);
  await deleteSummariesOf(forkEm(orm), 'alice', [second]);
  expect(await summaries()).toEqual(['3']);
});

test('a session that is deleted takes its chunks, postings and jobs with it', async ({ orm }) => {
  const session = await aSession(orm);
  await indexedMessages(orm, session, ['One.', 'Two.']);
  await forkEm(orm).nativeDelete(ChatSession, { id: session });
  expect([await chunksOf(orm), await postingsOf(orm), await jobKeys(orm)]).toEqual([[], [], []]);
});
