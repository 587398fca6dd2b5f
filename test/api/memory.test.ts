import { describe, expect, onTestFinished } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { JobWorker } from '../../src/jobs/worker.ts';
import { embedTask } from '../../src/memory/index/embed.task.ts';
import { ModelError } from '../../src/models/chat-model.ts';
import { hashingEmbedder, startApp, type TestApp, test } from '../support/app.ts';
import { HashingEmbedder } from '../support/embedders.ts';
import { answers, createGate, says, slowly } from '../support/model-answers.ts';
import { keptDatabase } from '../support/test-database.ts';
import { type Data, itemsOf, type TestViewer } from '../support/test-viewer.ts';

const chunksOf = (app: TestApp) =>
  db(forkEm(app.running.orm))
    .selectFrom('chunk')
    .select(['message', 'text', 'embedding', 'embeddingModel'])
    .orderBy('scope')
    .orderBy('seq')
    .orderBy('position')
    .execute();
const jobsOf = (app: TestApp) => db(forkEm(app.running.orm)).selectFrom('job').selectAll().execute();
const embeddingUsageOf = (app: TestApp) =>
  db(forkEm(app.running.orm)).selectFrom('usage_entry').selectAll().where('purpose', '=', 'EMBEDDING').execute();
const found = async (viewer: TestViewer, query: string, input: object = {}): Promise<string[]> =>
  (await viewer.searchMemory(query, input)).map((hit) => hit.message.content);
const recalled = async (viewer: TestViewer, sessionId: string, question: string): Promise<string[]> =>
  itemsOf(await viewer.preview(sessionId, question), 'MEMORY').map((item) => item.source.content);

describe('searchMemory', () => {
  test('finds messages best first, each once, with the piece that fits and a score from 0 to 1', async ({
    app,
    alice,
  }) => {
    const long = `${'We spoke of bread and of butter for a while. '.repeat(12)}The zebra sang. ${'Then came tea. '.repeat(30)}A zebra.`;
    const { session, message } = await alice.turn(long);
    await alice.turn('The zebra sang in the morning.', { sessionId: session.id });
    await app.idle();
    const hits = await alice.searchMemory('Where did the zebra sing?', { first: 100 });
    const ids = hits.map((hit) => hit.message.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toContain(message.id);
    expect(hits[0].excerpt).toContain('zebra');
    for (const { score, excerpt } of hits) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
      expect(excerpt.length).toBeLessThanOrEqual(400);
    }
    expect(hits.map((hit) => hit.score)).toEqual(hits.map((hit) => hit.score).sort((a, b) => b - a));
    expect(await alice.searchMemory('Where did the zebra sing?', { first: 1 })).toHaveLength(1);
  });

  test('finds a message as soon as it is sent, before it is embedded', async ({ app, alice }) => {
    const held = createGate();
    hashingEmbedder(app).before = ([text]) => (text === 'The zebra sang.' ? held.pass() : undefined);
    const { message } = await alice.turn('The zebra sang.');
    expect((await alice.message(message.id)).memory).toBe('PENDING');
    expect(await found(alice, 'zebra')).toContain('The zebra sang.');
    held.releaseAll();
    await app.idle();
    expect((await alice.message(message.id)).memory).toBe('INDEXED');
  });

  test('goes on by words when the question cannot be embedded', async ({ app, alice }) => {
    await alice.turn('The zebra sang.');
    await app.idle();
    hashingEmbedder(app).before = () => {
      throw new ModelError('MODEL_UNAVAILABLE', 'The model is away.', true);
    };
    expect(await found(alice, 'zebra')).toContain('The zebra sang.');
  });

  test('searches one session, or every active one with memory on, whatever its crossing', async ({ app, alice }) => {
    const on = await alice.turn('The zebra sang here.');
    const crossing = await alice.turn('The zebra sang there.', { newSession: { crossSessionMemory: true } });
    const off = await alice.turn('The zebra sang in secret.', { newSession: { longTermMemory: false } });
    const deleted = await alice.turn('The zebra sang long ago.');
    await alice.remove(deleted.session.id);
    await app.idle();
    expect((await found(alice, 'zebra', { first: 100 })).filter((text) => text.includes('zebra')).sort()).toEqual([
      'The zebra sang here.',
      'The zebra sang there.',
    ]);
    const within = (sessionId: string) => found(alice, 'zebra', { sessionId });
    expect(await within(on.session.id)).toContain('The zebra sang here.');
    expect(await within(on.session.id)).not.toContain('The zebra sang there.');
    expect(await within(crossing.session.id)).toContain('The zebra sang there.');
    expect(await within(off.session.id)).toEqual([]);
    expect(await within(deleted.session.id)).toEqual([]);
    await alice.restore(deleted.session.id);
    expect(await within(deleted.session.id)).toContain('The zebra sang long ago.');
  });

  test("never finds another viewer's words, nor says whether their session exists", async ({ app, alice, bob }) => {
    const { session } = await alice.turn('The zebra sang.', { newSession: { crossSessionMemory: true } });
    await bob.turn('The walrus danced.', { newSession: { crossSessionMemory: true } });
    await app.idle();
    expect(await found(bob, 'zebra', { first: 100 })).not.toContain('The zebra sang.');
    for (const sessionId of [session.id, 'nonsense', '00000000-0000-7000-8000-000000000000'])
      await expect(found(bob, 'zebra', { sessionId })).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('refuses a query that is empty or too long, and sizes out of range', async ({ alice }) => {
    for (const query of ['', ' \n', 'x'.repeat(2_001), 'half \ud800 a character', 'nul \0'])
      await expect(found(alice, query)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    for (const first of [0, -1, 101])
      await expect(found(alice, 'zebra', { first })).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await found(alice, 'x'.repeat(2_000), { first: 100 })).toEqual([]);
  });

  test('books the embedding of the question, and nothing where there is nothing to find', async ({ app, alice }) => {
    await found(alice, 'zebra');
    expect(await embeddingUsageOf(app)).toEqual([]);
    await alice.turn('The zebra sang.');
    await app.idle();
    const before = (await embeddingUsageOf(app)).length;
    await found(alice, 'zebra');
    expect(await embeddingUsageOf(app)).toHaveLength(before + 1);
  });
});

describe('other sessions', () => {
  /** Alice's session B, in which a zebra was spoken of. */
  async function sessionB(app: TestApp, alice: TestViewer, input: object): Promise<string> {
    const { session } = await alice.turn('The zebra sang in the morning.', { newSession: input });
    await app.idle();
    return session.id;
  }
  const both = { longTermMemory: true, crossSessionMemory: true };

  test('are recalled where both sessions have both switches on', async ({ app, alice }) => {
    const b = await sessionB(app, alice, both);
    const { id } = await alice.createSession(both);
    expect(await recalled(alice, id, 'What did the zebra do?')).toContain('The zebra sang in the morning.');
    const { reply } = await alice.turn('What did the zebra do?', { sessionId: id });
    const items = itemsOf(await alice.manifest(reply.id), 'MEMORY');
    const { nodes } = await alice.messages(b);
    expect(items.map((item) => item.source.id)).toContain(nodes[0].id);
  });

  test.for<[what: string, a: object, b: object]>([
    ['this one does not cross', { ...both, crossSessionMemory: false }, both],
    ['the other does not cross', both, { ...both, crossSessionMemory: false }],
    ['the memory of this one is off', { ...both, longTermMemory: false }, both],
    ['the memory of the other is off', both, { ...both, longTermMemory: false }],
  ])('are not recalled where %s', async ([, a, b], { app, alice }) => {
    await sessionB(app, alice, b);
    const { id } = await alice.createSession(a);
    expect(await recalled(alice, id, 'What did the zebra do?')).toEqual([]);
    await alice.turn('What did the zebra do?', { sessionId: id });
    expect(JSON.stringify(app.model.chats.at(-1)?.body)).not.toContain('in the morning');
  });

  test('are not recalled while deleted, and are again once restored', async ({ app, alice }) => {
    const b = await sessionB(app, alice, both);
    const { id } = await alice.createSession(both);
    await alice.remove(b);
    expect(await recalled(alice, id, 'What did the zebra do?')).toEqual([]);
    await alice.restore(b);
    expect(await recalled(alice, id, 'What did the zebra do?')).toContain('The zebra sang in the morning.');
  });

  test('of another viewer are never recalled, by words nor by likeness, whatever the switches', async ({
    app,
    alice,
    bob,
  }) => {
    await sessionB(app, alice, both);
    const { id } = await bob.createSession(both);
    await bob.turn('Hello.', { sessionId: id });
    await app.idle();
    await bob.turn('The zebra sang in the morning, did it not?', { sessionId: id });
    const { messages } = app.model.chats.at(-1)?.body ?? {};
    expect(messages?.[0]?.content).not.toContain('zebra');
  });
});

describe('forgetMemory', () => {
  test('of a message takes it out of memory; the message stays', async ({ app, alice }) => {
    const { session, message, reply } = await alice.turn('The zebra sang.');
    await app.idle();
    expect(await alice.forget({ messageId: message.id })).toBe(1);
    await app.idle();
    expect(await alice.message(message.id)).toMatchObject({ memory: 'NOT_RECORDED', content: 'The zebra sang.' });
    expect((await alice.message(reply.id)).memory).toBe('INDEXED');
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 1, pending: 0, failed: 0 });
    expect(await found(alice, 'zebra')).not.toContain('The zebra sang.');
    expect((await chunksOf(app)).map((chunk) => chunk.message)).toEqual([reply.id]);
  });

  test('counts what it forgot: covered messages, each once', async ({ app, alice }) => {
    const { session, message, reply } = await alice.turn('The zebra sang.');
    app.model.next(says('', ' '));
    const failed = await alice.turn('And then?', { sessionId: session.id });
    expect(failed.reply.status).toBe('FAILED');
    await alice.retry(reply.id).catch(() => null);
    expect(await alice.forget({ messageId: message.id })).toBe(1);
    expect(await alice.forget({ messageId: message.id })).toBe(0);
    expect(await alice.forget({ messageId: failed.reply.id })).toBe(0);
    // The reply and the second question.
    expect(await alice.forget({ sessionId: session.id })).toBe(2);
    expect(await alice.forget({ sessionId: session.id })).toBe(0);
    await app.idle();
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 0, pending: 0, failed: 0 });
  });

  test('of a session covers its messages so far, not those that come', async ({ app, alice }) => {
    const { session } = await alice.turn('The zebra sang.');
    await alice.forget({ sessionId: session.id });
    const { message, reply } = await alice.turn('The walrus danced.', { sessionId: session.id });
    await app.idle();
    expect((await chunksOf(app)).map((chunk) => chunk.message)).toEqual([message.id, reply.id]);
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 2, pending: 0, failed: 0 });
  });

  test('embeds the message after it anew: its embedding held the words', async ({ app, alice }) => {
    app.model.next(says('I see.'));
    const { message, reply } = await alice.turn('My secret.');
    await app.idle();
    const { calls } = hashingEmbedder(app);
    expect(calls.flat()).toContain('My secret. I see.');
    const [, before] = await chunksOf(app);
    const held = createGate();
    hashingEmbedder(app).before = () => held.pass();
    await alice.forget({ messageId: message.id });
    expect((await alice.message(reply.id)).memory).toBe('PENDING');
    held.releaseAll();
    await app.idle();
    expect(calls.flat().at(-1)).toBe('I see.');
    const [after] = await chunksOf(app);
    expect(after?.message).toBe(reply.id);
    expect(after?.embedding).not.toEqual(before?.embedding);
    expect((await alice.message(reply.id)).memory).toBe('INDEXED');
  });

  test('of a message that is being embedded: the job cannot bring it back', async ({ app, alice }) => {
    const held = createGate();
    hashingEmbedder(app).before = () => held.pass();
    const { session, message } = await alice.turn('My secret.');
    await expect.poll(() => hashingEmbedder(app).calls.length).toBe(1);
    await alice.forget({ sessionId: session.id });
    held.releaseAll();
    await app.idle();
    expect(await chunksOf(app)).toEqual([]);
    expect(await jobsOf(app)).toEqual([]);
    expect((await alice.message(message.id)).memory).toBe('NOT_RECORDED');
  });

  test.for(['session', 'message'])(
    'of the %s of a running reply: its text is not recorded when it ends',
    async (what, { app, alice }) => {
      const gate = createGate();
      app.model.next(slowly(['The zebra ', 'sang.'], gate));
      const { session, reply } = await alice.send('Tell me.');
      gate.release();
      await expect.poll(async () => (await alice.message(reply.id)).content).toBe('The zebra');
      await alice.forget(what === 'session' ? { sessionId: session.id } : { messageId: reply.id });
      gate.releaseAll();
      await alice.follow(reply.id);
      await app.idle();
      expect(await alice.message(reply.id)).toMatchObject({ status: 'COMPLETE', memory: 'NOT_RECORDED' });
      expect((await chunksOf(app)).map((chunk) => chunk.text)).not.toContain('The zebra sang.');
      expect(await found(alice, 'zebra')).not.toContain('The zebra sang.');
    },
  );

  test('asks for exactly one of session and message', async ({ alice }) => {
    const { session, message } = await alice.turn('The zebra sang.');
    for (const input of [{}, { sessionId: null }, { sessionId: session.id, messageId: message.id }])
      await expect(alice.forget(input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT', fields: expect.anything() });
  });

  test("is not found for what is another viewer's, deleted or nothing at all", async ({ app, alice, bob }) => {
    const { session, message } = await alice.turn('The zebra sang.');
    const inputs = [{ sessionId: session.id }, { messageId: message.id }];
    for (const input of [...inputs, { sessionId: 'nonsense' }, { messageId: 'nonsense' }])
      await expect(bob.forget(input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await alice.remove(session.id);
    for (const input of inputs) await expect(alice.forget(input)).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await app.idle();
    await alice.restore(session.id);
    expect(await found(alice, 'zebra')).toContain('The zebra sang.');
  });

  test('takes summaries away that were made of it, also one that is being made', async () => {
    const app = await startApp({ env: { SUMMARIZE: 'always' } });
    onTestFinished(() => app.close());
    const alice = await app.viewer('alice');
    const { session, message } = await alice.turn('The zebra sang in the morning.');
    for (let turn = 0; turn < 7; turn++) await alice.turn(`Meeting ${turn}.`, { sessionId: session.id });
    await app.idle();
    const summaries = () => db(forkEm(app.running.orm)).selectFrom('summary').select('text').execute();
    const condenses = answers(({ body }) => {
      const passages = body.messages.at(-1)?.content ?? '';
      const [, marker] = /\[(\d+)\] "The zebra/.exec(passages) ?? [];
      return says(marker ? `[${marker}] a zebra, singing` : 'I hear you.');
    });
    app.model.otherwise(condenses);
    const { reply } = await alice.turn('Where did the zebra sing?', { sessionId: session.id });
    expect((await alice.manifest(reply.id)).messages[0].content).toContain('a zebra, singing');
    expect((await summaries()).map(({ text }) => text).join()).toContain('a zebra, singing');

    const gate = createGate();
    app.model.next(async (exchange) => {
      await gate.pass();
      await condenses(exchange);
    });
    const again = await alice.send('Which zebra sang?', { sessionId: session.id });
    const asked = app.model.chats.length;
    await expect.poll(() => app.model.chats.length).toBeGreaterThanOrEqual(asked);
    await alice.forget({ messageId: message.id });
    expect(await summaries()).toEqual([]);
    gate.releaseAll();
    await alice.follow(again.reply.id);
    expect((await summaries()).map(({ text }) => text).join()).not.toContain('a zebra, singing');
    expect((await alice.manifest(reply.id)).messages[0].content).toContain('[deleted]');
  });
});

describe('exactly once', () => {
  test('each message is indexed and embedded once, however often the embedder fails on the way', async ({
    app,
    alice,
  }) => {
    const hashing = hashingEmbedder(app);
    let failures = 3;
    hashing.before = () => {
      failures -= 1;
      if (failures >= 0) throw new ModelError('MODEL_UNAVAILABLE', 'The model is away.', true);
    };
    const { session } = await alice.turn('One zebra.');
    await alice.turn('Two zebras.', { sessionId: session.id });
    await expect
      .poll(async () => (await alice.session(session.id)).memory, { timeout: 15_000 })
      .toEqual({ indexed: 4, pending: 0, failed: 0 });
    await app.idle();
    const chunks = await chunksOf(app);
    expect(chunks).toHaveLength(4);
    expect(new Set(chunks.map((chunk) => chunk.message)).size).toBe(4);
    expect(await jobsOf(app)).toEqual([]);
  });

  test('two workers over one database share the work, and no message is embedded by both', async ({ app, alice }) => {
    const other = new HashingEmbedder();
    const { orm, log } = app.running;
    const worker = new JobWorker({ orm, log, owner: 'another', admit: null }, [
      embedTask({ orm, embedder: other, log, onIndexed: () => {} }),
    ]);
    worker.start();
    onTestFinished(() => worker.stop());
    const sessions = await Promise.all([1, 2, 3].map((n) => alice.turn(`The zebra sang song number ${n}.`)));
    for (let turn = 0; turn < 5; turn++) {
      await Promise.all(
        sessions.map(({ session }) =>
          alice.turn(`Verse ${turn}.`, { sessionId: session.id }).then(() => worker.wake()),
        ),
      );
    }
    await worker.idle();
    await app.idle();
    await expect.poll(() => jobsOf(app)).toEqual([]);
    const chunks = await chunksOf(app);
    expect(chunks).toHaveLength(36);
    expect(chunks.every((chunk) => chunk.embedding !== null)).toBe(true);
    // A message is embedded with the end of the one before it, a question alone.
    const ofMessages = [hashingEmbedder(app), other]
      .flatMap(({ calls }) => calls.flat())
      .filter((text) => !/^Verse \d\.$/.test(text));
    expect(ofMessages).toHaveLength(36);
    for (const { session } of sessions)
      expect((await alice.session(session.id)).memory).toEqual({ indexed: 12, pending: 0, failed: 0 });
  });

  test('one message that no model takes is FAILED in the end, and holds up no other', async ({ app, alice }) => {
    hashingEmbedder(app).before = (texts) => {
      if (texts.some((text) => text.includes('poison'))) throw new ModelError('MODEL_REFUSED', 'No.', false);
    };
    const { session, message } = await alice.turn('poison');
    const next = await alice.turn(`A long message. ${'It says a lot. '.repeat(12)}`, { sessionId: session.id });
    await app.idle();
    expect((await alice.message(next.message.id)).memory).toBe('INDEXED');
    expect((await alice.message(message.id)).memory).toBe('PENDING');
    // As after its last attempt.
    await db(forkEm(app.running.orm))
      .updateTable('job')
      .set({ state: 'FAILED' })
      .where('key', '=', message.id)
      .execute();
    expect((await alice.message(message.id)).memory).toBe('FAILED');
    expect((await alice.session(session.id)).memory).toMatchObject({ failed: 1 });
    expect(await found(alice, 'poison')).toContain('poison');
  });
});

describe('another embedding model', () => {
  test('compares nothing that the earlier one embedded, and says what is not embedded yet', async () => {
    const database = await keptDatabase();
    const first = await startApp({ database, embedder: new HashingEmbedder('first') });
    const alice = await first.viewer('alice');
    const { session } = await alice.turn('zebra zebra zebra');
    await first.idle();
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 2, pending: 0, failed: 0 });
    const scoreFor = async (viewer: TestViewer): Promise<number> => (await viewer.searchMemory('zebra'))[0].score;
    const withEmbeddings = await scoreFor(alice);
    hashingEmbedder(first).before = () => {
      throw new ModelError('MODEL_UNAVAILABLE', 'The model is away.', true);
    };
    const byWords = await scoreFor(alice);
    expect(byWords).toBeLessThan(withEmbeddings);
    await first.close();

    const second = await startApp({ database, embedder: new HashingEmbedder('second') });
    onTestFinished(() => second.close());
    const again = await second.viewer('alice');
    await second.idle();
    expect((await again.session(session.id)).memory).toEqual({ indexed: 0, pending: 2, failed: 0 });
    expect(await scoreFor(again)).toBe(byWords);
    const { message } = await again.turn('A walrus.', { sessionId: session.id });
    await second.idle();
    expect((await again.message(message.id)).memory).toBe('INDEXED');
    const withNew = await again.searchMemory('walrus');
    expect(withNew.map((hit: Data) => hit.message.content)).toContain('A walrus.');
  });
});
