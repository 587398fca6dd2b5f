import { expect } from 'vitest';
import { db, forkEm, type Orm } from '../../src/db/orm.ts';
import { claim } from '../../src/jobs/leases.ts';
import { enqueue } from '../../src/jobs/queue.ts';
import { JobWorker } from '../../src/jobs/worker.ts';
import { createLogger } from '../../src/logger.ts';
import { embedTask } from '../../src/memory/index/embed.task.ts';
import { forgetSources } from '../../src/memory/index/forget-sources.ts';
import { ModelError } from '../../src/models/chat-model.ts';
import { embeddingOf, HashingEmbedder } from '../support/embedders.ts';
import { aMessage, aSession, index, indexedMessages, test } from '../support/indexed-sessions.ts';

const log = createLogger('silent');
const never = new AbortController().signal;

/** An embed task, what it told about sessions, and its embedder. */
function embedding(orm: Orm, embedder = new HashingEmbedder()) {
  const told: string[] = [];
  const task = embedTask({ orm, embedder, log, onIndexed: (sessionId) => told.push(sessionId) });
  return { task, told, embedder };
}

/** Runs a worker until nothing is due. */
async function work(orm: Orm, task: ReturnType<typeof embedTask>): Promise<void> {
  const worker = new JobWorker({ orm, log, owner: 'worker', admit: null }, [task]);
  worker.start();
  await worker.idle();
  await worker.stop();
}

const chunksOf = (orm: Orm) =>
  db(forkEm(orm)).selectFrom('chunk').selectAll().orderBy('scope').orderBy('seq').execute();
const jobsOf = (orm: Orm) => db(forkEm(orm)).selectFrom('job').selectAll().orderBy('createdAt').execute();
const usageOf = (orm: Orm) => db(forkEm(orm)).selectFrom('usage_entry').selectAll().orderBy('inputTokens').execute();

test('messages are embedded in one call, once, and their session is told', async ({ orm }) => {
  const session = await aSession(orm);
  await indexedMessages(orm, session, ['I ran today.', 'How was it?']);
  const { task, told, embedder } = embedding(orm);
  await work(orm, task);
  await work(orm, task);

  // The short second message is embedded with the end of the first.
  expect(embedder.calls).toEqual([['I ran today.', 'I ran today. How was it?']]);
  const [first, second] = await chunksOf(orm);
  expect(first?.embedding).toEqual(embeddingOf(['i', 'ran', 'today']));
  expect(second?.embedding).toEqual(embeddingOf(['i', 'ran', 'today', 'how', 'was', 'it']));
  expect(second?.embeddingModel).toBe('hashing');
  expect(await jobsOf(orm)).toEqual([]);
  expect(told).toEqual([session]);
});

test('a long chunk is embedded alone; a short one with at most 200 characters before it, of its session only', async ({
  orm,
}) => {
  const long = `${'All that has to be said about it, and a little more. '.repeat(6)}The end.`;
  await indexedMessages(orm, await aSession(orm), ['Something else.']);
  await indexedMessages(orm, await aSession(orm), ['Why?', long, 'Yes.']);
  const { task, embedder } = embedding(orm);
  await work(orm, task);
  expect(embedder.calls.flat()).toEqual(['Something else.', 'Why?', long, `${long.slice(-200)} Yes.`]);
});

test('where more people speak, who spoke is embedded with what was said', async ({ orm }) => {
  const session = await aSession(orm);
  await index(orm, await aMessage(orm, session, 1, 'I ran.'), 'Ann');
  await index(orm, await aMessage(orm, session, 2, 'Far?'), 'Bob');
  const { task, embedder } = embedding(orm);
  await work(orm, task);
  expect(embedder.calls).toEqual([['Ann: I ran.', 'I ran. Bob: Far?']]);
});

test('usage is booked for each session by its share of the text', async ({ orm }) => {
  const mine = await aSession(orm, 'alice');
  const theirs = await aSession(orm, 'bob');
  await indexedMessages(orm, mine, ['one two three four five six seven']);
  await indexedMessages(orm, theirs, ['one']);
  const { task } = embedding(orm);
  await work(orm, task);
  expect(await usageOf(orm)).toMatchObject([
    { userId: 'bob', session: theirs, purpose: 'EMBEDDING', model: 'hashing', inputTokens: 1, outputTokens: 0 },
    { userId: 'alice', session: mine, purpose: 'EMBEDDING', model: 'hashing', inputTokens: 7, outputTokens: 0 },
  ]);
});

test('what many sessions share of one call comes to what the model counted', async ({ orm }) => {
  for (const text of ['one', 'two', 'three', 'four', 'five', 'six']) {
    await indexedMessages(orm, await aSession(orm, text), [text]);
  }
  class Counting extends HashingEmbedder {
    override async embed(texts: readonly string[], signal: AbortSignal) {
      const { vectors } = await super.embed(texts, signal);
      return { vectors, inputTokens: 10 };
    }
  }
  const { task, embedder } = embedding(orm, new Counting());
  await work(orm, task);
  expect(embedder.calls).toHaveLength(1);
  expect((await usageOf(orm)).reduce((sum, { inputTokens }) => sum + inputTokens, 0)).toBe(10);
});

test('what was used is booked also where the job was asked for anew meanwhile, or the model failed on the way', async ({
  orm,
}) => {
  const session = await aSession(orm);
  const [message = ''] = await indexedMessages(orm, session, ['I ran today.']);
  const { task, embedder } = embedding(orm);
  embedder.before = async () => {
    embedder.before = () => {};
    const asked = { userId: 'alice', task: task.name, key: message, sessionId: session, messageId: message };
    await enqueue(forkEm(orm), asked);
  };
  await work(orm, task);
  expect((await usageOf(orm)).map(({ inputTokens }) => inputTokens)).toEqual([3, 3]);

  await indexedMessages(orm, await aSession(orm), ['And now?']);
  embedder.before = () => {
    const used = { inputTokens: 2, outputTokens: 0 };
    throw new ModelError('TIMEOUT', 'The model took too long.', true, { used });
  };
  await work(orm, task);
  expect((await usageOf(orm)).map(({ inputTokens }) => inputTokens)).toEqual([2, 3, 3]);
});

test('a process killed between embedding and commit loses its job, and the message is embedded once', async ({
  orm,
}) => {
  const session = await aSession(orm);
  await indexedMessages(orm, session, ['I ran today.']);
  const killed = embedding(orm);
  const claimed = await claim(forkEm(orm), killed.task, 'killed', new Date());
  const taken = Promise.withResolvers<void>();
  const resumed = Promise.withResolvers<void>();
  killed.embedder.before = () => {
    taken.resolve();
    return resumed.promise;
  };
  const run = killed.task.run(claimed, never);
  await taken.promise;

  const other = embedding(orm);
  expect(await claim(forkEm(orm), other.task, 'other', new Date())).toEqual([]);
  const afterLease = new Date(Date.now() + 10_100);
  await other.task.run(await claim(forkEm(orm), other.task, 'other', afterLease), never);
  // It was not killed after all, only slow: it must not write any more.
  resumed.resolve();
  await run;

  expect(other.told).toEqual([session]);
  expect(killed.told).toEqual([]);
  expect(await usageOf(orm)).toHaveLength(1);
  expect(await jobsOf(orm)).toEqual([]);
});

test('what is forgotten while it is being embedded stays forgotten, and what was embedded with it is embedded anew', async ({
  orm,
}) => {
  const session = await aSession(orm);
  const [first = ''] = await indexedMessages(orm, session, ['My secret.', 'I see.', 'So long.']);
  const { task, embedder } = embedding(orm);
  embedder.before = async () => {
    embedder.before = () => {};
    await forkEm(orm).transactional((em) => forgetSources(em, 'alice', [first]));
  };
  await work(orm, task);
  expect(embedder.calls).toEqual([['My secret.', 'My secret. I see.', 'I see. So long.'], ['I see.']]);
  expect((await chunksOf(orm)).map((chunk) => [chunk.text, chunk.embedding])).toEqual([
    ['I see.', embeddingOf(['i', 'see'])],
    ['So long.', embeddingOf(['i', 'see', 'so', 'long'])],
  ]);
});

test('an outage loses nothing and books nothing; the next attempt embeds all', async ({ orm }) => {
  await indexedMessages(orm, await aSession(orm), ['I ran today.', 'How was it?', 'Good.']);
  const { task, embedder } = embedding(orm);
  embedder.before = () => {
    throw new ModelError('MODEL_UNAVAILABLE', 'The model is away.', true);
  };
  await work(orm, task);
  // The batch, and two alone: then it is clear that it is not the text.
  expect(embedder.calls).toHaveLength(3);
  const waiting = await jobsOf(orm);
  expect(waiting.map((job) => [job.state, job.lastError])).toEqual(
    Array.from({ length: 3 }, () => ['READY', 'ModelError MODEL_UNAVAILABLE']),
  );
  expect(await usageOf(orm)).toEqual([]);

  embedder.before = () => {};
  await task.run(await claim(forkEm(orm), task, 'worker', new Date(Date.now() + 60_000)), never);
  expect((await chunksOf(orm)).every((chunk) => chunk.embedding !== null)).toBe(true);
  expect(await jobsOf(orm)).toEqual([]);
});

test('a text the model cannot take does not hold up the others', async ({ orm }) => {
  const session = await aSession(orm);
  const texts = ['One.', 'poison', `A ${'very '.repeat(40)}long text.`, 'Four.'];
  const ids = await indexedMessages(orm, session, texts);
  const { task, told, embedder } = embedding(orm);
  embedder.before = (texts) => {
    if (texts.some((text) => text.includes('poison'))) throw new ModelError('MODEL_REFUSED', 'No.', false);
  };
  await work(orm, task);
  expect((await chunksOf(orm)).map((chunk) => chunk.embedding !== null)).toEqual([true, false, true, true]);
  expect(await jobsOf(orm)).toMatchObject([{ key: ids[1], state: 'READY', attempts: 1 }]);
  expect(told).toContain(session);
});

test('a job whose message has nothing to embed is simply finished', async ({ orm }) => {
  const [message = ''] = await indexedMessages(orm, await aSession(orm), ['I ran today.']);
  await db(forkEm(orm)).deleteFrom('chunk').where('message', '=', message).execute();
  const { task, embedder } = embedding(orm);
  await work(orm, task);
  expect(embedder.calls).toEqual([]);
  expect(await jobsOf(orm)).toEqual([]);
  expect(await usageOf(orm)).toEqual([]);
});

test('what another model embedded is embedded again when it is asked for', async ({ orm }) => {
  const session = await aSession(orm);
  const message = await aMessage(orm, session, 1, 'I ran today.');
  await index(orm, message);
  await work(orm, embedding(orm).task);
  const [job] = await db(forkEm(orm))
    .insertInto('job')
    .values({ userId: 'alice', task: 'embed', key: message, session, message })
    .returning('key')
    .execute();
  expect(job?.key).toBe(message);
  await work(orm, embedding(orm, new HashingEmbedder('other')).task);
  expect((await chunksOf(orm)).map((chunk) => chunk.embeddingModel)).toEqual(['other']);
});

test('stopping gives messages back that were being embedded', async ({ orm }) => {
  await indexedMessages(orm, await aSession(orm), ['I ran today.']);
  const { task, embedder } = embedding(orm);
  const taken = Promise.withResolvers<void>();
  const stopped = Promise.withResolvers<void>();
  embedder.before = () => {
    taken.resolve();
    return stopped.promise;
  };
  const worker = new JobWorker({ orm, log, owner: 'worker', admit: null }, [task]);
  worker.start();
  await taken.promise;
  const stopping = worker.stop();
  stopped.resolve();
  await stopping;
  expect(await jobsOf(orm)).toMatchObject([{ state: 'READY', attempts: 0 }]);
  expect((await chunksOf(orm)).map((chunk) => chunk.embedding)).toEqual([null]);
});
