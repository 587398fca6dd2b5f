import { randomUUID } from 'node:crypto';
import { expect } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { deleteDisownedDocuments } from '../../src/documents/delete-document.ts';
import { embedAnew } from '../../src/memory/index/embed-anew.ts';
import { hashingEmbedder, type TestApp, test } from '../support/app.ts';
import { allRows } from '../support/database-contents.ts';
import { pdfFile, scannedPdf } from '../support/files.ts';
import { createGate } from '../support/model-answers.ts';
import { type Data, DOCUMENT, type TestViewer } from '../support/test-viewer.ts';

const CHUNKS = 'status chunkCount chunks(first: 100) { id position text start document { id filename } }';
const VALUES = '# Family\n\nI want to live closer to my sister.\n\n# Truth\n\nHonesty matters more to me than comfort.';
/** Some 60 pieces. */
const LONG = Array.from({ length: 300 }, (_, at) => `In week ${at} I walked along the river and thought of it.`).join(
  ' ',
);

const rows = (app: TestApp, sql: string): Promise<Data[]> => forkEm(app.running.orm).execute(sql);
/** That asks for a document of Alice's to be read. */
const insertJob = ({ running }: TestApp, id: string, job: { state: 'READY' | 'FAILED'; attempts?: number }) =>
  db(forkEm(running.orm))
    .insertInto('job')
    .values({ userId: 'alice', task: 'index-document', key: id, document: id, runAt: new Date(0), ...job })
    .execute();

async function page(viewer: TestViewer, given: object = {}): Promise<Data> {
  const text = `query($first: Int! = 20, $after: String) { documents(first: $first, after: $after) {
    nodes { ${DOCUMENT} } edges { cursor } totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }`;
  return (await viewer.query(text, given)).documents;
}

test('a text that is added is indexed, and then embedded', async ({ app, alice }) => {
  const added = await alice.addDocument(VALUES, ' values.md ');
  expect(added).toMatchObject({ filename: 'values.md', mimeType: 'text/markdown', status: 'PENDING', error: null });
  expect(added.sizeBytes).toBe(VALUES.length);

  await app.idle();

  const document = await alice.document(added.id, CHUNKS);
  expect(document).toMatchObject({ status: 'READY', chunkCount: document.chunks.length });
  for (const [position, chunk] of document.chunks.entries()) {
    expect(chunk).toMatchObject({ position, document: { id: added.id, filename: 'values.md' } });
    expect(VALUES.slice(chunk.start, chunk.start + chunk.text.length)).toBe(chunk.text);
  }
  expect(hashingEmbedder(app).calls.flat().join(' ')).toContain('closer to my sister');
  expect(await rows(app, 'select * from chunk where embedding is null')).toEqual([]);
  expect(await rows(app, 'select * from job')).toEqual([]);
  expect(await rows(app, 'select file from document_content')).toEqual([{ file: null }]);
});

test('a document is READY before it is embedded, and a long one lets messages go first', async ({ app, alice }) => {
  const gate = createGate();
  const embedder = hashingEmbedder(app);
  embedder.before = async (texts) => {
    if (texts.some((text) => text.includes('river'))) await gate.pass();
  };
  const { id } = await alice.addDocument(LONG);
  await expect.poll(async () => (await alice.document(id)).status).toBe('READY');
  await expect.poll(() => embedder.calls.length).toBe(1);
  const { message } = await alice.turn('The lighthouse is closed.');
  gate.releaseAll();
  await app.idle();

  const slices = embedder.calls.filter((texts) => texts.some((text) => text.includes('river')));
  expect(slices.length).toBeGreaterThan(3);
  expect(Math.max(...slices.map((texts) => texts.length))).toBeLessThanOrEqual(16);
  const ofMessage = embedder.calls.findIndex((texts) => texts.some((text) => text.includes('lighthouse')));
  expect(ofMessage).toBeLessThanOrEqual(2);
  expect((await alice.message(message.id)).memory).toBe('INDEXED');
  expect(await rows(app, 'select * from chunk where embedding is null')).toEqual([]);
});

test('what embedding a document took is booked once, as background', async ({ app, alice }) => {
  await alice.addDocument(LONG);
  await app.idle();
  const used: Data[] = await rows(app, 'select * from usage_entry');
  const words =
    hashingEmbedder(app)
      .calls.flat()
      .join(' ')
      .toLowerCase()
      .match(/\p{L}+/gu) ?? [];
  expect(used.every((entry) => entry.purpose === 'EMBEDDING' && Boolean(entry.is_background))).toBe(true);
  expect(used.map((entry) => entry.input_tokens).reduce((sum, tokens) => sum + tokens, 0)).toBe(words.length);
});

test('an embedder that is away holds up no document, and is asked again', async ({ app, alice }) => {
  let isAway = true;
  hashingEmbedder(app).before = () => {
    if (isAway) throw new Error('away');
  };
  const { id } = await alice.addDocument(VALUES);
  await expect.poll(async () => (await alice.document(id)).status).toBe('READY');
  isAway = false;
  await expect.poll(() => rows(app, 'select * from chunk where embedding is null'), { timeout: 10_000 }).toEqual([]);
});

test('the same text is one document of a viewer, however it comes and however often', async ({ app, alice, bob }) => {
  const added = await Promise.all(Array.from({ length: 5 }, (_, at) => alice.addDocument(VALUES, `${at}.md`)));
  expect(new Set(added.map(({ id }) => id)).size).toBe(1);
  await app.idle();
  const uploaded = await Promise.all([alice.upload('again.md', VALUES), alice.upload('and again.txt', VALUES)]);
  for (const { status, document } of uploaded) {
    expect([status, document.id, document.status]).toEqual([200, added[0].id, 'READY']);
    expect(document.filename).toMatch(/^\d\.md$/);
  }
  const [file, sameFile] = [pdfFile([['One page.']]), pdfFile([['One page.']])];
  const race = await Promise.all([alice.upload('a.pdf', file), alice.upload('b.pdf', sameFile)]);
  expect(race.map(({ status }) => status).sort()).toEqual([200, 201]);
  expect((await bob.upload('mine.md', VALUES)).status).toBe(201);
  await app.idle();
  expect((await page(alice)).totalCount).toBe(2);
  expect(await rows(app, 'select position from chunk group by document_id, position having count(*) > 1')).toEqual([]);
});

test('a document that failed is tried again when it comes again, under its new name', async ({ app, alice }) => {
  const first = await alice.upload('scan.pdf', scannedPdf());
  await app.idle();
  expect(await alice.document(first.document.id)).toMatchObject({ status: 'FAILED', filename: 'scan.pdf' });
  const again = await alice.upload('again.pdf', scannedPdf());
  expect(again).toMatchObject({
    status: 200,
    document: { id: first.document.id, filename: 'again.pdf', status: 'PENDING', error: null },
  });
  await app.idle();
  expect(await alice.document(first.document.id)).toMatchObject({ status: 'FAILED', error: expect.any(String) });
});

test('a document that nothing reads any more is read when it comes again', async ({ app, alice }) => {
  await app.idle();
  const { id } = await alice.addDocument(VALUES);
  await app.idle();
  for (const job of [null, 'FAILED'] as const) {
    await rows(app, `update document set status = 'PENDING'`);
    if (job) {
      await insertJob(app, id, { state: job });
    }
    expect(await alice.addDocument(VALUES)).toMatchObject({ id, status: 'PENDING' });
    await app.idle();
    expect(await alice.document(id, CHUNKS)).toMatchObject({ status: 'READY', chunkCount: 1 });
  }
});

test('a file that was tried again and again is given up, unless it has been read', async ({ app, alice }) => {
  const { id } = await alice.addDocument(VALUES);
  await app.idle();
  const tryAgain = async () => {
    await rows(app, `update document set status = 'PENDING', chunk_count = 0`);
    await insertJob(app, id, { state: 'READY', attempts: 9 });
    await app.idle();
    return alice.document(id);
  };
  expect(await tryAgain()).toMatchObject({ status: 'READY', error: null, chunkCount: 1 });
  await db(forkEm(app.running.orm))
    .updateTable('document_content')
    .set({ file: Buffer.from('A'), extractedText: null })
    .execute();
  expect(await tryAgain()).toMatchObject({
    status: 'FAILED',
    error: 'Reading the file failed again and again.',
    chunkCount: 0,
  });
  expect(await rows(app, 'select * from chunk')).toEqual([]);
});

test('what is left of a deletion that was cut off goes with the next sweep, and to no model meanwhile', async ({
  app,
  alice,
}) => {
  const { id } = await alice.addDocument(VALUES);
  await app.idle();
  await rows(app, `update document set user_id = ''`);
  const em = forkEm(app.running.orm);
  await embedAnew(app.running.orm, 'another-model');
  expect(await rows(app, 'select * from job')).toEqual([]);
  // A server that stops does not wait for it.
  const stopped = AbortSignal.abort(new Error('stopped'));
  await expect(deleteDisownedDocuments(em, stopped)).rejects.toThrow('stopped');
  expect(await rows(app, `select * from chunk where document_id = '${id}'`)).not.toEqual([]);

  await app.running.sweep();

  for (const table of ['document', 'document_content', 'chunk', 'chunk_term', 'memory_scope']) {
    expect(await rows(app, `select * from ${table}`)).toEqual([]);
  }
});

test('what is deleted is gone from every table and from the file of the database', async ({ app, alice }) => {
  const kept = await alice.addDocument('This one stays.');
  const { document } = await alice.upload('quokka.md', VALUES.replace('sister', 'quokka'));
  const session = await alice.createSession({ documentIds: [document.id, kept.id] });
  await app.idle();
  const everything = async () => JSON.stringify(await allRows(app));
  expect(await everything()).toContain('quokka');
  expect(await everything()).toContain(document.id);

  expect(await alice.deleteDocument(document.id)).toBe(document.id);

  expect(await everything()).not.toContain('quokka');
  expect(await everything()).not.toContain(document.id);
  expect((await alice.session(session.id, 'documents { id }')).documents).toEqual([{ id: kept.id }]);
  expect(await alice.document(document.id)).toBeNull();
  await expect(alice.deleteDocument(document.id)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  // And it may come again.
  expect((await alice.upload('quokka.md', VALUES.replace('sister', 'quokka'))).status).toBe(201);
  await app.idle();
});

test('a document that is deleted while it is embedded does not come back', async ({ app, alice }) => {
  const gate = createGate();
  const embedder = hashingEmbedder(app);
  embedder.before = () => gate.pass();
  const { id } = await alice.addDocument(LONG);
  await expect.poll(() => embedder.calls.length).toBe(1);
  await alice.deleteDocument(id);
  gate.releaseAll();
  await app.idle();
  for (const table of ['document', 'document_content', 'memory_scope', 'chunk', 'chunk_term', 'job', 'usage_entry']) {
    expect([table, await rows(app, `select * from ${table}`)]).toEqual([table, []]);
  }
});

test('the documents of a session are those that were linked, in their order', async ({ app, alice }) => {
  const [first, second, third] = [
    await alice.addDocument('The first of them.'),
    await alice.addDocument('The second of them.'),
    (await alice.upload('scan.pdf', scannedPdf())).document,
  ];
  const session = await alice.createSession({ documentIds: [second.id, first.id, second.id, third.id] });
  await app.idle();
  const ids = async () =>
    (await alice.session(session.id, 'documents { id }')).documents.map(({ id }: { id: string }) => id);
  expect(await ids()).toEqual([second.id, first.id, third.id]);

  const { updatedAt } = await alice.updateSession({ id: session.id, documentIds: [third.id, second.id] });
  expect(await ids()).toEqual([third.id, second.id]);
  expect(Date.parse(updatedAt)).toBeGreaterThanOrEqual(Date.parse(session.updatedAt));
  await alice.updateSession({ id: session.id, title: 'Named' });
  expect(await ids()).toEqual([third.id, second.id]);
  await alice.updateSession({ id: session.id, documentIds: [] });
  expect(await ids()).toEqual([]);

  const turn = await alice.turn('Hello.', { newSession: { documentIds: [first.id] } });
  expect((await alice.session(turn.session.id, 'documents { id }')).documents).toEqual([{ id: first.id }]);
  await app.idle();
});

test('what is not the viewer’s document is linked to nothing, and nothing else is stored', async ({
  app,
  alice,
  bob,
}) => {
  const own = await alice.addDocument('My own.');
  const hers = await bob.addDocument('Another viewer’s.');
  const gone = await alice.addDocument('Soon gone.');
  await alice.deleteDocument(gone.id);
  const session = await alice.createSession({ title: 'Before', documentIds: [own.id] });
  for (const id of [hers.id, gone.id, randomUUID(), 'x', '']) {
    const documentIds = [own.id, id];
    const refused = { code: 'NOT_FOUND' };
    await expect(alice.createSession({ title: 'After', documentIds })).rejects.toMatchObject(refused);
    await expect(alice.updateSession({ id: session.id, title: 'After', documentIds })).rejects.toMatchObject(refused);
    await expect(alice.send('Hello.', { newSession: { title: 'After', documentIds } })).rejects.toMatchObject(refused);
  }
  const many = Array.from({ length: 51 }, () => own.id);
  for (const documentIds of [null, many]) {
    const refused = { code: 'BAD_USER_INPUT' };
    await expect(alice.createSession({ documentIds })).rejects.toMatchObject(refused);
    await expect(alice.updateSession({ id: session.id, documentIds })).rejects.toMatchObject(refused);
    await expect(alice.send('Hello.', { newSession: { documentIds } })).rejects.toMatchObject(refused);
  }
  const foreign = { id: (await bob.createSession()).id, documentIds: [own.id] };
  await expect(alice.updateSession(foreign)).rejects.toMatchObject({ code: 'NOT_FOUND' });
  const { nodes } = await alice.sessions({}, 'title documents { id }');
  expect(nodes).toEqual([{ title: 'Before', documents: [{ id: own.id }] }]);
  await app.idle();
});

test('linking and deleting are told to those who follow the session', async ({ app, alice }) => {
  const document = await alice.addDocument(VALUES);
  const session = await alice.createSession();
  const followed = alice.subscribe('subscription($id: ID!) { chatSessionChanged(id: $id) { documents { id } } }', {
    id: session.id,
  });
  const seen = async () => (await followed.next()).value.chatSessionChanged.documents.length;
  expect(await seen()).toBe(0);
  await alice.updateSession({ id: session.id, documentIds: [document.id] });
  expect(await seen()).toBe(1);
  await alice.deleteDocument(document.id);
  expect(await seen()).toBe(0);
  await followed.return(undefined);
  await app.idle();
});

test('documents come in pages, newest first', async ({ app, alice }) => {
  const names = ['a.txt', 'b.txt', 'c.txt'];
  for (const name of names) await alice.addDocument(`The text of ${name}.`, name);
  const first = await page(alice, { first: 2 });
  expect(first.nodes.map(({ filename }: Data) => filename)).toEqual(['c.txt', 'b.txt']);
  expect(first).toMatchObject({ totalCount: 3, pageInfo: { hasNextPage: true, hasPreviousPage: false } });
  const last = await page(alice, { first: 2, after: first.pageInfo.endCursor });
  expect(last.nodes.map(({ filename }: Data) => filename)).toEqual(['a.txt']);
  expect(last.pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: true });
  for (const wrong of [{ first: 0 }, { first: 101 }, { after: 'x' }]) {
    await expect(page(alice, wrong)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  }
  await app.idle();
});

test('pieces come in pages, and the text around them in parts that cut no character', async ({ app, alice }) => {
  const { id } = await alice.addDocument(`${LONG} 😀😀`);
  expect((await alice.document(id, 'text')).text).toBeNull();
  await app.idle();
  const { chunkCount } = await alice.document(id);
  const { chunks } = await alice.document(id, 'chunks(first: 3, from: 2) { position }');
  expect(chunks.map(({ position }: Data) => position)).toEqual([2, 3, 4]);
  expect((await alice.document(id, 'chunks { position }')).chunks).toHaveLength(20);
  expect((await alice.document(id, `chunks(from: ${chunkCount}) { position }`)).chunks).toEqual([]);
  const part = async (from: number, length: number) =>
    (await alice.document(id, `text(from: ${from}, length: ${length})`)).text;
  expect(await part(3, 4)).toBe(LONG.slice(3, 7));
  expect(await part(LONG.length + 1, 3)).toBe('😀');
  expect(await part(LONG.length + 2, 10)).toBe('😀😀');
  expect(await part(LONG.length + 99, 10)).toBe('');
  const wrong = ['chunks(first: 0)', 'chunks(first: 101)', 'chunks(from: -1)'].map((field) => `${field} { id }`);
  for (const field of [...wrong, 'text(from: -1)', 'text(length: 0)', 'text(length: 100001)']) {
    await expect(alice.document(id, field)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  }
});

test('a document has a name and a text', async ({ app, alice }) => {
  for (const [text, name] of [
    ['', 'a.txt'],
    [' \n', 'a.txt'],
    ['x'.repeat(500_001), 'a.txt'],
    ['a\0b', 'a.txt'],
    ['Fine.', ' '],
    ['Fine.', 'n'.repeat(256)],
  ]) {
    await expect(alice.addDocument(text ?? '', name)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
  }
  expect((await page(alice)).totalCount).toBe(0);
  await alice.addDocument(`x${' '.repeat(499_998)}x`);
  await app.idle();
});
