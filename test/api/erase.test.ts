import { createHash } from 'node:crypto';
import { expect, onTestFinished, test as plainTest } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { Document } from '../../src/documents/document.entity.ts';
import { DocumentContent } from '../../src/documents/document-content.entity.ts';
import { indexPieces } from '../../src/memory/index/index-text.ts';
import { Summary, SummaryDocument } from '../../src/memory/summary.entity.ts';
import type { Embedder } from '../../src/models/embedder.ts';
import { type AppOptions, startApp, type TestApp, test } from '../support/app.ts';
import { allRows, tablesWith, timesInFiles } from '../support/database-contents.ts';
import { answers, createGate, type Gate, says, slowly } from '../support/model-answers.ts';
import { addTrigger } from '../support/refuse.ts';
import { keptDatabase, testDialect } from '../support/test-database.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

/** A word that is its own stem and that nothing else here holds; the viewer's id has it too. */
const WORD = 'zorbulon';
const VIEWER = `${WORD}@example.org`;
const keyOf = (word: string) => `a key of ${word}`;
const KEY_HASH = createHash('sha256').update(keyOf(WORD)).digest('hex');

/** Of unit length, and in no other embedding. */
const RECOGNISABLE = new Float32Array([0.6, 0.48, 0.64]);
const EMBEDDING_BYTES =
  testDialect === 'postgres' ? '[0.6,0.48,0.64]' : Buffer.from(RECOGNISABLE.buffer).toString('latin1');

/** All that tells of her. */
const SENTINELS = [WORD, KEY_HASH, EMBEDDING_BYTES];

const ERASED = 'sessions messages documents chunks usageEntries erasedAt';
const erase = async (viewer: TestViewer, confirm = viewer.id): Promise<Data> =>
  (
    await viewer.query(`mutation($input: EraseMyDataInput!) { eraseMyData(input: $input) { ${ERASED} } }`, {
      input: { confirm },
    })
  ).eraseMyData;

/** Embeds what has the word in it as something recognisable, and other texts as something else. */
function markingEmbedder(): Embedder & { before: () => void | Promise<void>; calls: number } {
  return {
    model: 'marking',
    maxTokens: 100,
    calls: 0,
    before: () => undefined,
    async embed(texts) {
      this.calls += 1;
      await this.before();
      const vectors = texts.map((text) => (text.includes(WORD) ? RECOGNISABLE : new Float32Array([0, 1, 0])));
      return { vectors, inputTokens: texts.length };
    },
    async close() {},
  };
}

async function startOnDisk(options: AppOptions = {}) {
  const database = await keptDatabase();
  const app = await startApp({ ...options, database, env: { SUMMARIZE: 'always', ...options.env } });
  onTestFinished(() => app.close());
  const { folder } = database;
  /** How often each file of the database holds one of the texts; PostgreSQL looks after its own. */
  const timesOnDisk = (texts: readonly string[]) => (folder === null ? {} : timesInFiles(folder, texts));
  return { app, timesOnDisk };
}

/** Condenses what it is given of the word, and otherwise speaks of it. */
const speaksOfIt = answers(({ body }) => {
  const marker = new RegExp(`\\[(\\d+)\\] "[^"\\n]*${WORD}`, 'i').exec(body.messages.at(-1)?.content ?? '')?.[1];
  return says(marker ? `[${marker}] a ${WORD}, in short` : `I hear you, ${WORD}.`);
});

/** A document with everything that hangs on one. */
async function plantDocument({ running }: TestApp, userId: string, session: string, word: string): Promise<void> {
  await forkEm(running.orm).transactional(async (em) => {
    const document = em.create(Document, {
      userId,
      filename: `${word}.txt`,
      mimeType: 'text/plain',
      sizeBytes: 10,
      contentHash: createHash('sha256').update(userId).digest('hex'),
      failure: `No ${word}.`,
    });
    em.create(DocumentContent, { document, file: Buffer.from(word), extractedText: `All about a ${word}.` });
    const summary = em.create(Summary, { userId, session, key: 'k'.repeat(64), text: `A ${word}.` });
    em.create(SummaryDocument, { summary, document });
    await em.flush();
    await db(em).insertInto('session_document').values({ session, document: document.id, position: 0 }).execute();
    const source = { userId, documentId: document.id, addedAt: new Date() };
    await indexPieces(em, source, [{ text: `All about a ${word}.`, start: 0 }], 0);
    await db(em)
      .insertInto('job')
      .values({
        userId,
        task: 'none',
        key: document.id,
        document: document.id,
        state: 'FAILED',
        lastError: word,
        runAt: new Date(),
      })
      .execute();
  });
}

/** Rows of every kind. @returns her reply that is being written */
async function plant(app: TestApp, viewer: TestViewer, gate: Gate, word: string): Promise<Data> {
  const em = forkEm(app.running.orm);
  const about = {
    title: `My ${word}`,
    instructions: `Speak of the ${word}.`,
    tags: [word],
    crossSessionMemory: true,
  };
  const { session } = await viewer.turn(`My secret is a ${word}.`, { newSession: about, idempotencyKey: keyOf(word) });
  for (let turn = 0; turn < 7; turn++) await viewer.turn(`Meeting ${turn}.`, { sessionId: session.id });
  const asked = await viewer.turn('What was my secret?', { sessionId: session.id });
  await viewer.retry(asked.reply.id);
  await app.idle();
  await plantDocument(app, viewer.id, session.id, word);
  for (const [seq, type] of [
    [90, 'REPORT'],
    [91, 'SYSTEM'],
  ] as const) {
    const content = `A ${type} of the ${word}.`;
    await db(em)
      .insertInto('chat_message')
      .values({ userId: viewer.id, session: session.id, seq, role: 'ASSISTANT', type, status: 'COMPLETE', content })
      .execute();
  }
  await db(em)
    .insertInto('usage_entry')
    .values({ userId: viewer.id, session: null, purpose: 'CHAT', model: word, inputTokens: 1, outputTokens: 1 })
    .execute();
  await db(em)
    .insertInto('turn_pace')
    .values({ userId: viewer.id, begunAt: [1, 2] })
    .execute();
  await viewer.remove((await viewer.turn(`A deleted ${word}.`, { newSession: about })).session.id);

  app.model.next(slowly([`A ${word} `, 'and more.'], gate));
  const running = await viewer.send(`Go on about the ${word}.`);
  gate.release();
  return running.reply;
}

plainTest(
  'what a viewer erases is in no table and no byte of the files, while a job and a reply of theirs run',
  async () => {
    const embedder = markingEmbedder();
    const { app, timesOnDisk } = await startOnDisk({ embedder, answer: speaksOfIt });
    const bob = await app.viewer('bob');
    const bobsGate = createGate();
    bobsGate.releaseAll();
    app.model.otherwise(says('Fine.'));
    const bobs = await plant(app, bob, bobsGate, 'quokka');
    await bob.follow(bobs.id);
    await app.idle();
    const onlyBobs = await allRows(app);

    app.model.otherwise(speaksOfIt);
    const alice = await app.viewer(VIEWER);
    const gate = createGate();
    const held = createGate();
    onTestFinished(() => {
      gate.releaseAll();
      held.releaseAll();
    });
    const reply = await plant(app, alice, gate, WORD);
    const following = alice.follow(reply.id);
    await expect.poll(async () => (await allRows(app)).reply_part).toHaveLength(1);
    // Its job is asked for by a reply that has ended, and now waits for the embedder.
    const before = embedder.calls;
    embedder.before = () => held.pass();
    await alice.turn(`One more ${WORD}.`);
    await expect.poll(() => embedder.calls).toBeGreaterThan(before);

    const planted = await allRows(app);
    const tables = Object.keys(planted);
    for (const table of tables) {
      expect([table, planted[table]?.length]).toEqual([
        table,
        expect.toSatisfy((n) => n > (onlyBobs[table]?.length ?? 0)),
      ]);
    }
    const withoutWords = ['prompt_item', 'session_document', 'summary_document', 'summary_source'];
    expect(tablesWith(planted, SENTINELS)).toEqual(tables.filter((table) => !withoutWords.includes(table)).sort());
    expect(tablesWith(planted, [EMBEDDING_BYTES])).toEqual(['chunk']);
    expect(tablesWith(planted, [KEY_HASH])).toEqual(['idempotency_key']);
    const inLog = testDialect === 'sqlite' ? { 'all.db-wal': expect.toSatisfy((n) => n > 0) } : {};
    expect(timesOnDisk(SENTINELS)).toMatchObject(inLog);

    const erased = await erase(alice);

    const mine = (rows: Record<string, unknown>[] = []) => rows.filter((row) => row.user_id === VIEWER).length;
    expect(erased).toMatchObject({
      sessions: mine(planted.chat_session),
      messages: mine(planted.chat_message),
      documents: 1,
      // The reply that was cancelled had come to one more.
      chunks: mine(planted.chunk) + 1,
    });
    expect(erased.usageEntries).toBeGreaterThanOrEqual(mine(planted.usage_entry));
    expect((await following).events.at(-1)).toMatchObject({ __typename: 'ReplyCancelled' });
    expect(await allRows(app)).toEqual(onlyBobs);
    expect(Object.entries(timesOnDisk(SENTINELS)).filter(([, times]) => times > 0)).toEqual([]);

    held.releaseAll();
    gate.releaseAll();
    await app.idle();
    expect(await allRows(app)).toEqual(onlyBobs);
    expect(Object.entries(timesOnDisk(SENTINELS)).filter(([, times]) => times > 0)).toEqual([]);
    expect(JSON.stringify(app.lines)).not.toContain(WORD);
    expect(await alice.sessions()).toMatchObject({ totalCount: 0 });
  },
);

plainTest('nor is what SQLite left behind where it moved rows of theirs between those of others', async ({ skip }) => {
  skip(testDialect === 'postgres', 'file');
  const { app, timesOnDisk } = await startOnDisk();
  let drawn = 0;
  const next = () => Number.parseInt(createHash('sha256').update(`${drawn++}`).digest('hex').slice(0, 8), 16);
  const em = forkEm(app.running.orm);
  for (let n = 0; n < 300; n++) {
    const [userId, word] = next() % 2 ? [VIEWER, WORD] : ['bob', 'quokka'];
    const words = (count: number) => Array.from({ length: count }, () => `${word}${next() % 10_000}`).join(' ');
    await em.transactional(async (em) => {
      const about = { filename: words(1), mimeType: 'text/plain', sizeBytes: 1, contentHash: words(3) };
      const document = em.create(Document, { userId, ...about });
      em.create(DocumentContent, { document, file: null, extractedText: words(next() % 300) });
      await em.flush();
      const pieces = Array.from({ length: 5 }, (_, start) => ({ text: words(1 + (next() % 25)), start }));
      await indexPieces(em, { userId, documentId: document.id, addedAt: new Date() }, pieces, 0);
    });
    // Rows that grow, as when they are embedded, need room, which moves others.
    await em.execute(`update chunk set embedding = zeroblob(?) where id % 7 = ?`, [next() % 3000, n % 7]);
  }

  const { documents } = await erase(await app.viewer(VIEWER));
  expect(documents).toBeGreaterThan(100);
  expect(Object.entries(timesOnDisk([WORD])).filter(([, times]) => times > 0)).toEqual([]);
  expect(tablesWith(await allRows(app), ['quokka'])).toContain('chunk');
});

test('erasing asks for the viewer’s own id, and anything else erases nothing', async ({ app, alice, bob }) => {
  await alice.turn('I am here.');
  await app.idle();
  const before = await allRows(app);
  for (const confirm of ['', 'yes', 'bob', 'Alice', 'alice ']) {
    await expect(erase(alice, confirm)).rejects.toMatchObject({
      code: 'BAD_USER_INPUT',
      fields: { confirm: expect.any(String) },
    });
  }
  await expect(erase(bob, 'alice')).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  expect(await allRows(app)).toEqual(before);
});

test('who has nothing erases nothing, and may go on afterwards', async ({ app, alice }) => {
  expect(await erase(alice)).toMatchObject({ sessions: 0, messages: 0, documents: 0, chunks: 0, usageEntries: 0 });
  const { reply } = await alice.turn('Hello again.');
  expect(reply.status).toBe('COMPLETE');
  await app.idle();
  expect(await erase(alice)).toMatchObject({ sessions: 1, messages: 2 });
});

test('two who erase at once count each row once', async ({ app, alice }) => {
  for (let session = 0; session < 3; session++) await alice.turn('Hello.');
  await app.idle();
  const both = await Promise.all([erase(alice), erase(alice)]);
  const sum = (kind: string) => both.reduce((total, each) => total + each[kind], 0);
  expect([sum('sessions'), sum('messages')]).toEqual([3, 6]);
  for (const [table, rows] of Object.entries(await allRows(app))) expect([table, rows]).toEqual([table, []]);
});

test('messages that are sent while their viewer erases end in good order, and leave nothing half', async ({
  app,
  alice,
}) => {
  const { session } = await alice.turn('Hello.');
  const sent = Array.from({ length: 6 }, (_, n) =>
    alice.ask(`mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { id status } } }`, {
      input: { content: `Message ${n}.`, wait: true, ...(n % 2 === 0 && { sessionId: session.id }) },
    }),
  );
  const erased = [erase(alice), erase(alice)];
  const codes = (await Promise.all(sent)).map(({ errors }) => errors?.[0]?.extensions.code ?? 'SENT');
  expect(codes.filter((code) => !['SENT', 'NOT_FOUND', 'REPLY_IN_PROGRESS'].includes(String(code)))).toEqual([]);
  await Promise.all(erased);
  await app.idle();
  await erase(alice);
  for (const [table, rows] of Object.entries(await allRows(app))) expect([table, rows]).toEqual([table, []]);
});

test('a purge that was cut off by the end of its process is ended by whoever erases', async ({ app, alice }) => {
  const { session } = await alice.turn('Hello.');
  await app.idle();
  // What the first step of a purge leaves.
  await db(forkEm(app.running.orm))
    .updateTable('chat_session')
    .set({ userId: '' })
    .where('id', '=', session.id)
    .execute();
  expect(await alice.session(session.id)).toBeNull();
  await erase(alice);
  for (const [table, rows] of Object.entries(await allRows(app))) expect([table, rows]).toEqual([table, []]);
});

test('a document that the viewer begins to delete meanwhile is gone when erasing ends', async ({ app, alice }) => {
  await alice.addDocument('The quokka smiles.');
  await app.idle();
  // As if the deletion stopped right after it began, when the documents that were being deleted before are gone.
  const disown = "update document set user_id = ''";
  const end = await addTrigger(app.running.orm, 'before delete on usage_entry', { sqlite: disown, postgres: disown });

  await erase(alice);
  await end();

  const rows = await allRows(app);
  expect([rows.document, rows.document_content, rows.chunk].map((each) => each?.length ?? 0)).toEqual([0, 0, 0]);
});
