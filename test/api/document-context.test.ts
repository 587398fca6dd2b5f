import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import { describe, expect, onTestFinished } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { ModelError } from '../../src/models/chat-model.ts';
import { type AppOptions, hashingEmbedder, startApp, type TestApp, test } from '../support/app.ts';
import { answers, createGate, fails, says, slowly } from '../support/model-answers.ts';
import type { ModelRequest } from '../support/model-server.ts';
import { type Data, itemsOf, type TestViewer } from '../support/test-viewer.ts';

const SLEEP = `# Sleep rules

Lights out at ten, every night of the week.

# Mornings

The walrus alarm rings at six, and nobody may snooze it.`;

/** A session that may draw on documents of these texts, indexed and embedded. */
async function sessionWith(app: TestApp, viewer: TestViewer, texts: Record<string, string>, input: object = {}) {
  const documents: Data[] = [];
  for (const [filename, text] of Object.entries(texts)) documents.push(await viewer.addDocument(text, filename));
  await app.idle();
  const session = await viewer.createSession({ documentIds: documents.map(({ id }) => id), ...input });
  return { sessionId: session.id, documents };
}

const sectionOf = (manifest: Data, kind: string): Data =>
  manifest.sections.find((section: Data) => section.kind === kind);
const included = (manifest: Data, kind: string): Data[] =>
  itemsOf(manifest, kind).filter(({ decision }) => decision === 'INCLUDED');
const systemOf = ({ body }: ModelRequest) => body.messages[0]?.content ?? '';
const isCondensing = (request: ModelRequest) => systemOf(request).startsWith('You condense');
const lastSystem = (app: TestApp) => app.model.chats.map(systemOf).at(-1) ?? '';
const hashOf = (messages: Data[]) =>
  createHash('sha256')
    .update(String(canonicalize(messages.map(({ role, content }) => ({ role: role.toLowerCase(), content })))))
    .digest('hex');

async function started(options: AppOptions): Promise<{ app: TestApp; alice: TestViewer }> {
  const app = await startApp(options);
  onTestFinished(() => app.close());
  return { app, alice: await app.viewer('alice') };
}

const CITATIONS = `content citations { marker excerpt source { __typename ... on DocumentChunk { id text document { id filename } }
  ... on ChatMessage { id } } }`;

describe('a reply in a session with documents', () => {
  test('is given their passages as data, under the name of the file, and cites them', async ({ app, alice }) => {
    const { sessionId, documents } = await sessionWith(app, alice, { 'sleep [7] “rules”.md': SLEEP });
    app.model.next(says('At six [1', '], says your file [9].'));
    const { reply } = await alice.turn('When does the walrus alarm ring?', { sessionId });

    const system = lastSystem(app);
    expect(system).toContain("\n\nFrom the user's documents\n");
    expect(system).toMatch(/^\[1\] From the document “sleep \(7\) ‘rules’\.md”: “.*walrus alarm rings at six.*”$/m);

    const { content, citations } = await alice.message(reply.id, CITATIONS);
    expect(content).toBe('At six [1], says your file.');
    expect(citations).toEqual([
      {
        marker: 1,
        excerpt: expect.stringContaining('walrus alarm'),
        source: {
          __typename: 'DocumentChunk',
          id: expect.any(String),
          text: citations[0].excerpt,
          document: { id: documents[0].id, filename: 'sleep [7] “rules”.md' },
        },
      },
    ]);
    const manifest = await alice.manifest(reply.id);
    expect(manifest.notes).toEqual([expect.stringContaining('1 marker(s)')]);
    const [item] = included(manifest, 'DOCUMENTS');
    expect(item.source.document.id).toBe(documents[0].id);
    expect(item.score).toBeGreaterThan(0);
    expect(item.score).toBeLessThanOrEqual(1);
    expect(manifest.messages.map(({ content }: Data) => content)).toEqual(
      app.model.chats.at(-1)?.body.messages.map(({ content }) => content),
    );
    expect(manifest.requestHash).toBe(hashOf(manifest.messages));
  });

  test('numbers passages and memories through, and tells its citations apart', async ({ app, alice }) => {
    const { sessionId } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    await alice.turn('My walrus alarm broke on Monday.', { sessionId });
    for (let turn = 0; turn < 7; turn++) await alice.turn(`Meeting ${turn}.`, { sessionId });
    await app.idle();
    app.model.next(
      answers(({ body }) => {
        const markers = [...(body.messages[0]?.content ?? '').matchAll(/^\[(\d+)\]/gm)].map(([, marker]) => marker);
        return says(`All of it [${markers.join(', ')}].`);
      }),
    );
    const { reply } = await alice.turn('What of the walrus alarm?', { sessionId });
    const { citations } = await alice.message(reply.id, CITATIONS);
    const manifest = await alice.manifest(reply.id);
    const [passages, memories] = [included(manifest, 'DOCUMENTS'), included(manifest, 'MEMORY')];
    expect(passages.length).toBeGreaterThan(0);
    expect(memories.length).toBeGreaterThan(0);
    expect(citations.map(({ marker }: Data) => marker)).toEqual([...passages, ...memories].map((_, at) => at + 1));
    expect(citations.map(({ source }: Data) => source.id)).toEqual(
      [...passages, ...memories].map(({ source }) => source.id),
    );
  });

  test('reads [deleted] where it drew on a document that is gone, its name too; the hash stays', async ({
    app,
    alice,
  }) => {
    const { sessionId, documents } = await sessionWith(app, alice, { 'walrus.md': SLEEP });
    app.model.next(says('At six [1].'));
    const { reply } = await alice.turn('When does the alarm ring?', { sessionId });
    const before = await alice.manifest(reply.id);

    await alice.deleteDocument(documents[0].id);

    const { citations } = await alice.message(reply.id, CITATIONS);
    expect(citations).toEqual([{ marker: 1, excerpt: '[deleted]', source: null }]);
    const after = await alice.manifest(reply.id);
    expect(after.requestHash).toBe(before.requestHash);
    expect(after.messages[0].content).toContain('[1] From the document “[deleted]”: “[deleted]”');
    expect(JSON.stringify(after)).not.toMatch(/walrus/);
    const again = await alice.turn('When does the alarm ring?', { sessionId });
    expect(itemsOf(await alice.manifest(again.reply.id), 'DOCUMENTS')).toEqual([]);
  });

  test('draws on none that is not linked, and on none of another viewer', async ({ app, alice, bob }) => {
    await sessionWith(app, bob, { 'bobs.md': SLEEP });
    await sessionWith(app, alice, { 'elsewhere.md': SLEEP.replace('ten', 'nine') });
    const { sessionId } = await sessionWith(app, alice, {});
    await alice.turn('When does the walrus alarm ring?', { sessionId });
    expect(lastSystem(app)).not.toContain('rings at six');
  });

  test('is written without what long-term memory would add, where that is off', async ({ app, alice }) => {
    const { sessionId } = await sessionWith(app, alice, { 'sleep.md': SLEEP }, { longTermMemory: false });
    const { reply } = await alice.turn('When does the walrus alarm ring?', { sessionId });
    const manifest = await alice.manifest(reply.id);
    expect(included(manifest, 'DOCUMENTS').map(({ source }) => source.document.filename)).toContain('sleep.md');
    expect(manifest.notes).toEqual([expect.stringContaining('Long-term memory is off')]);
  });

  test('is previewed as it is then sent', async ({ app, alice }) => {
    const { sessionId } = await sessionWith(app, alice, { 'sleep.md': SLEEP, 'tea.txt': 'A walrus never drinks tea.' });
    const preview = await alice.preview(sessionId, 'What of the walrus?');
    const { reply } = await alice.turn('What of the walrus?', { sessionId });
    const sent = await alice.manifest(reply.id);
    expect(preview.messages).toEqual(sent.messages);
    expect(sectionOf(preview, 'DOCUMENTS')).toEqual(sectionOf(sent, 'DOCUMENTS'));
    expect(included(preview, 'DOCUMENTS').length).toBeGreaterThan(1);
  });

  test('does not remember what it quoted of a document', async ({ app, alice }) => {
    const { sessionId, documents } = await sessionWith(app, alice, { 'my.walrus.md': SLEEP });
    app.model.next(says('You sleep well. Your document my.walrus.md says: “The walrus alarm rings at six” [1].'));
    await alice.turn('When does it ring?', { sessionId });
    await app.idle();
    await alice.deleteDocument(documents[0].id);
    const found = await alice.searchMemory('walrus alarm sleep well', { sessionId, first: 20 });
    expect(found.map(({ excerpt }) => excerpt).join(' ')).toContain('You sleep well.');
    expect(found.map(({ excerpt }) => excerpt).join(' ')).not.toMatch(/walrus/);
  });
});

describe('searching memory and documents', () => {
  const questionsOf = (app: TestApp) => hashingEmbedder(app).calls.filter(([text]) => text?.includes('walrus alarm'));

  test('embeds a question once for both, and counts it once', async ({ app, alice }) => {
    const { sessionId } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    for (let turn = 0; turn < 8; turn++) await alice.turn(`Meeting ${turn}.`, { sessionId });
    await app.idle();
    const calls = hashingEmbedder(app).calls.length;
    const preview = await alice.preview(sessionId, 'What of the walrus alarm and the meeting?');
    expect(hashingEmbedder(app).calls.length).toBe(calls + 1);
    expect(included(preview, 'MEMORY').length).toBeGreaterThan(0);
    expect(included(preview, 'DOCUMENTS').length).toBeGreaterThan(0);
  });

  test('embeds no question where there is nothing to find, and one where only a document holds something', async ({
    app,
    alice,
  }) => {
    const { id } = await alice.createSession();
    await alice.preview(id, 'What of the walrus alarm?');
    expect(questionsOf(app)).toHaveLength(0);
    const { sessionId } = await sessionWith(app, alice, { 'tea.txt': 'Tea.' }, { longTermMemory: false });
    await alice.preview(sessionId, 'What of the walrus alarm?');
    expect(questionsOf(app)).toHaveLength(1);
  });

  test('goes by words where the question cannot be embedded, and says so once', async ({ app, alice }) => {
    const { sessionId } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    hashingEmbedder(app).before = ([text]) => {
      if (text?.includes('?')) throw new ModelError('MODEL_UNAVAILABLE', 'Away.', true);
    };
    const { reply } = await alice.turn('When does the walrus alarm ring?', { sessionId });
    const manifest = await alice.manifest(reply.id);
    expect(reply.status).toBe('COMPLETE');
    expect(manifest.notes).toEqual([expect.stringContaining('could not be embedded')]);
    expect(included(manifest, 'DOCUMENTS')[0].excerpt).toContain('walrus');
  });

  test('that fails in documents costs their passages alone, and is noted', async ({ app, alice }) => {
    const { sessionId } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    await alice.turn('The walrus alarm broke.', { sessionId });
    for (let turn = 0; turn < 7; turn++) await alice.turn(`Meeting ${turn}.`, { sessionId });
    await app.idle();
    await forkEm(app.running.orm).execute('alter table memory_scope rename column document_id to document_away');

    const { reply } = await alice.turn('What of the walrus alarm?', { sessionId });

    const manifest = await alice.manifest(reply.id);
    expect(reply.status).toBe('COMPLETE');
    expect(manifest.notes).toEqual(['Documents could not be searched.']);
    expect(itemsOf(manifest, 'DOCUMENTS')).toEqual([]);
    expect(included(manifest, 'MEMORY').map(({ excerpt }) => excerpt)).toContain('The walrus alarm broke.');
    await expect(alice.searchDocuments('walrus')).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  });

  test('notes linked documents that are not indexed, without their names', async ({ app, alice }) => {
    const { sessionId } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    const em = forkEm(app.running.orm);
    const { id } = await alice.addDocument('The zebra sings.', 'secret-name.md');
    await app.idle();
    await db(em).updateTable('document').set({ status: 'PENDING' }).where('id', '=', id).execute();
    const [linked] = (await alice.session(sessionId, 'documents { id }')).documents;
    await alice.updateSession({ id: sessionId, documentIds: [linked.id, id] });

    const { notes } = await alice.preview(sessionId, 'What of the zebra?');
    expect(notes).toEqual(['A linked document is still being indexed and was not searched.']);
    await db(em).updateTable('document').set({ status: 'FAILED' }).execute();
    const failed = await alice.preview(sessionId, 'What of the zebra?');
    expect(failed.notes).toEqual(['2 linked documents could not be indexed and were not searched.']);
    expect(itemsOf(failed, 'DOCUMENTS')).toEqual([]);
  });
});

describe('a small budget', () => {
  const long = Array.from({ length: 60 }, (_, at) => `Rule ${at}: the walrus sleeps in room ${at} of the house.`);

  test.for([900, 1_100, 1_500, 2_500])('of %i tokens is never exceeded, and every cut is told', async (tokens) => {
    const { app, alice } = await started({ env: { PROMPT_TOKENS: String(tokens) } });
    const { sessionId } = await sessionWith(app, alice, { 'rules.md': long.join('\n\n') });
    await alice.turn('My walrus sleeps badly in the house.', { sessionId });
    for (let turn = 0; turn < 8; turn++) {
      const content = `Walrus ${turn}: ${'it walked through the house and slept. '.repeat(1 + turn)}`;
      await alice.turn(content, { sessionId });
    }
    await app.idle();
    const { reply } = await alice.turn('Where in the house does the walrus sleep?', { sessionId });
    const manifest = await alice.manifest(reply.id);
    expect(manifest.usedTokens).toBeLessThanOrEqual(tokens);
    expect(manifest.usedTokens).toBe(manifest.sections.reduce((sum: number, each: Data) => sum + each.tokens, 0));
    expect(manifest.messages.map(({ content }: Data) => content)).toEqual(
      app.model.chats.at(-1)?.body.messages.map(({ content }) => content),
    );
    const documents = itemsOf(manifest, 'DOCUMENTS');
    expect(documents.length).toBeGreaterThan(0);
    for (const { decision, reason } of documents) expect(reason === null).toBe(decision === 'INCLUDED');
    if (tokens < 1_500) expect(documents.some(({ decision }) => decision === 'DROPPED')).toBe(true);
    if (tokens > 1_000) expect(documents.some(({ decision }) => decision === 'INCLUDED')).toBe(true);
  });
});

describe('condensing', () => {
  const condensing = test.extend({ options: { env: { SUMMARIZE: 'always', RECENT_TURNS: '1' } } });
  const isOfDocuments = (request: ModelRequest) => /"[^"\n]*rings at six/.test(request.body.messages[1]?.content ?? '');
  const condensings = (app: TestApp) => app.model.chats.filter(isCondensing);

  /** A session with a document, and a memory out of sight. */
  async function walrusSession(app: TestApp, alice: TestViewer) {
    const { sessionId, documents } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    app.model.otherwise(says('Well.'));
    await alice.turn('My walrus alarm broke.', { sessionId });
    await alice.turn('The budget meeting was long.', { sessionId });
    await app.idle();
    return { sessionId, documentId: documents[0].id };
  }

  /** Condenses the passage that has the words, and says so. */
  const condensesTo = (words: string, text: string) =>
    answers(({ body }) => {
      const [, marker] = new RegExp(`^\\[(\\d+)\\] "[^\\n]*${words}`, 'm').exec(body.messages[1]?.content ?? '') ?? [];
      return says(marker === undefined ? 'Nothing.' : `[${marker}] ${text}`);
    });

  condensing('does both sections side by side, and each line keeps its number', async ({ app, alice }) => {
    const { sessionId } = await walrusSession(app, alice);
    const gate = createGate();
    const waits = (made: string) => slowly([made], gate);
    app.model.otherwise(
      answers((request) => {
        if (!isCondensing(request)) return says('At six [1], and it broke [2, 3].');
        const lines = [...(request.body.messages[1]?.content ?? '').matchAll(/^\[(\d+)\]/gm)].map(([, n]) => n);
        return waits(`[${lines.at(-1)}] ${isOfDocuments(request) ? 'walrus alarm: six' : 'alarm broke'}`);
      }),
    );
    const before = condensings(app).length;
    const { reply } = await alice.send('What of the walrus alarm?', { sessionId });
    // Neither has been answered when both have been asked.
    await expect.poll(() => condensings(app).length).toBe(before + 2);
    gate.releaseAll();
    await alice.follow(reply.id);

    const manifest = await alice.manifest(reply.id);
    expect(sectionOf(manifest, 'DOCUMENTS').summarized).toBe(true);
    expect(sectionOf(manifest, 'MEMORY').summarized).toBe(true);
    const system = lastSystem(app);
    expect(manifest.messages[0].content).toBe(system);
    expect(system).toMatch(/^\[\d+\] From the document “sleep\.md”: walrus alarm: six$/m);
    expect(system).toMatch(/^\[\d+\] The (user|assistant), on .*: alarm broke$/m);
    expect(manifest.notes.join()).not.toContain('condensed');
    expect(manifest.usedTokens).toBe(manifest.sections.reduce((sum: number, each: Data) => sum + each.tokens, 0));
    const usages = await forkEm(app.running.orm).execute<Data[]>("select * from usage_entry where purpose = 'SUMMARY'");
    expect(usages.length).toBeGreaterThanOrEqual(2);
  });

  condensing('that fails for one section leaves its excerpts, and the other’s summary', async ({ app, alice }) => {
    const { sessionId } = await walrusSession(app, alice);
    app.model.otherwise(
      answers((request) => {
        if (!isCondensing(request)) return says('Well.');
        return isOfDocuments(request) ? fails(400) : condensesTo('alarm broke', 'alarm broke');
      }),
    );
    const { reply } = await alice.turn('What of the walrus alarm?', { sessionId });
    const manifest = await alice.manifest(reply.id);
    expect(reply.status).toBe('COMPLETE');
    expect(sectionOf(manifest, 'DOCUMENTS').summarized).toBe(false);
    expect(sectionOf(manifest, 'MEMORY').summarized).toBe(true);
    expect(manifest.notes).toEqual(['What the documents hold could not be condensed in time: excerpts were sent.']);
    const markers = manifest.messages[0].content.match(/^\[\d+\]/gm);
    expect(new Set(markers).size).toBe(markers.length);
  });

  condensing('is not done again for the same question, and goes with its document', async ({ app, alice }) => {
    const { sessionId, documentId } = await walrusSession(app, alice);
    app.model.otherwise(
      answers((request) => {
        if (!isCondensing(request)) return says('Well.');
        return condensesTo(isOfDocuments(request) ? 'rings at six' : 'alarm broke', 'a zebra, in short');
      }),
    );
    const { reply } = await alice.turn('What of the walrus alarm?', { sessionId });
    await app.idle();
    const once = condensings(app).length;
    const again = await alice.retry(reply.id);
    await alice.follow(again.id);
    expect(condensings(app)).toHaveLength(once);
    const manifest = await alice.manifest(again.id);
    expect(sectionOf(manifest, 'DOCUMENTS').summarized).toBe(true);
    expect(manifest.messages).toEqual((await alice.manifest(reply.id)).messages);

    await alice.deleteDocument(documentId);
    const rows = await forkEm(app.running.orm).execute<Data[]>(
      `select s.id from summary s where exists (select 1 from summary_document d where d.summary_id = s.id)
         or not exists (select 1 from summary_source m where m.summary_id = s.id)`,
    );
    expect(rows).toEqual([]);
    const system: string = (await alice.manifest(again.id)).messages[0].content;
    const documents = system.slice(
      system.indexOf("\n\nFrom the user's documents\n"),
      system.indexOf('\n\nRelevant past'),
    );
    expect(documents.endsWith('\n\n[deleted]')).toBe(true);
  });

  test.for([
    { rules: 3, times: 0 },
    { rules: 60, times: 1 },
  ])('is done $times times of $rules rules: once they exceed twice their share', async ({ rules, times }) => {
    const { app, alice } = await started({ env: { PROMPT_TOKENS: '1400' } });
    const lines = Array.from({ length: rules }, (_, at) => `Rule ${at}: a walrus sleeps in room ${at} of the house.`);
    const text = lines.map((line) => `${line} ${'It snores there until the morning comes. '.repeat(6)}`).join('\n\n');
    const { sessionId } = await sessionWith(app, alice, { 'rules.md': text });
    app.model.otherwise(answers((request) => says(isCondensing(request) ? '[1] sleeps in a room' : 'Well.')));
    const { reply } = await alice.turn('Where does the walrus sleep?', { sessionId });
    expect(condensings(app)).toHaveLength(times);
    expect(sectionOf(await alice.manifest(reply.id), 'DOCUMENTS').summarized).toBe(times > 0);
  });

  test('is noted in a preview for each section, and not done', async () => {
    const { app, alice } = await started({ env: { SUMMARIZE: 'always', RECENT_TURNS: '1' } });
    const { sessionId } = await walrusSession(app, alice);
    const chats = app.model.chats.length;
    const { notes } = await alice.preview(sessionId, 'What of the walrus alarm?');
    expect(notes).toEqual([
      'What the documents hold would be condensed by the model.',
      'What memory found would be condensed by the model.',
    ]);
    expect(app.model.chats.length).toBe(chats);
  });
});

describe('what changes while a prompt is built', () => {
  test.for([
    ['deleted', (alice: TestViewer, document: string) => alice.deleteDocument(document)],
    ['unlinked', (alice: TestViewer, _: string, id: string) => alice.updateSession({ id, documentIds: [] })],
    ['left alone', async () => undefined],
  ] as const)('a document that is %s while its passages are condensed', async ([what, change]) => {
    const { app, alice } = await started({ env: { SUMMARIZE: 'always' } });
    const { sessionId, documents } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    const gate = createGate();
    app.model.next(slowly(['[1] the walrus alarm rings at six\n'], gate));
    const { reply } = await alice.send('When does the walrus alarm ring?', { sessionId });
    await expect.poll(() => app.model.chats.length).toBe(1);
    await change(alice, documents[0].id, sessionId);
    gate.releaseAll();
    await alice.follow(reply.id);
    expect((await alice.message(reply.id)).status).toBe('COMPLETE');
    expect(lastSystem(app).includes('rings at six')).toBe(what === 'left alone');
  });
});

describe('searchDocuments', () => {
  test('finds passages of all documents, or of those that are named, best first', async ({ app, alice }) => {
    const { documents } = await sessionWith(app, alice, { 'sleep.md': SLEEP, 'tea.txt': 'A walrus drinks tea.' });
    const hits = await alice.searchDocuments('When does the walrus alarm ring?');
    expect(hits[0]?.chunk).toMatchObject({ document: { filename: 'sleep.md' } });
    expect(hits[0]?.chunk.text).toContain('walrus alarm rings at six');
    expect(hits.map(({ score }) => score)).toEqual(hits.map(({ score }) => score).toSorted((a, b) => b - a));
    for (const { score } of hits) expect(score >= 0 && score <= 1).toBe(true);

    const named = await alice.searchDocuments('walrus', { documentIds: [documents[1].id, documents[1].id] });
    expect(named.map(({ chunk }) => chunk.document.filename)).toEqual(['tea.txt']);
    expect(await alice.searchDocuments('walrus', { documentIds: [] })).toEqual([]);
    expect(await alice.searchDocuments('walrus', { first: 1 })).toHaveLength(1);
  });

  test('books what embedding the question took, and nothing where nothing can be found', async ({ app, alice }) => {
    const booked = () =>
      forkEm(app.running.orm).execute<Data[]>("select * from usage_entry where purpose = 'EMBEDDING'");
    expect(await alice.searchDocuments('walrus')).toEqual([]);
    expect(await booked()).toEqual([]);
    await sessionWith(app, alice, { 'sleep.md': SLEEP });
    const before = (await booked()).length;
    await alice.searchDocuments('walrus');
    expect(await booked()).toHaveLength(before + 1);
  });

  test('looks in as many documents as fit into one search, and a reply says what it left out', async ({
    app,
    alice,
  }) => {
    const texts = { 'sleep.md': SLEEP, 'tea.txt': 'A walrus drinks tea.', 'ice.txt': 'A walrus likes ice.' };
    const { sessionId, documents } = await sessionWith(app, alice, texts);
    const [sleep, tea, ice] = documents.map(({ id }) => id);
    // As if they were long ones.
    await db(forkEm(app.running.orm)).updateTable('document').set({ chunkCount: 40_000 }).execute();
    const found = async (input: object) => {
      const hits = await alice.searchDocuments('walrus', input);
      return new Set(hits.map(({ chunk }) => chunk.document.filename));
    };
    expect(await found({})).toEqual(new Set(['tea.txt', 'ice.txt']));
    expect(await found({ documentIds: [tea, sleep, ice] })).toEqual(new Set(['tea.txt', 'sleep.md']));
    expect(await found({ documentIds: [ice] })).toEqual(new Set(['ice.txt']));

    const { notes } = await alice.preview(sessionId, 'What of the walrus?');
    expect(notes).toEqual(['A linked document is more than fits into one search and was not searched.']);
    await alice.turn('What of the walrus?', { sessionId });
    expect(lastSystem(app)).toContain('A walrus drinks tea.');
    expect(lastSystem(app)).not.toContain('A walrus likes ice.');
  });

  test('looks only in READY documents', async ({ app, alice }) => {
    const { documents } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    await db(forkEm(app.running.orm)).updateTable('document').set({ status: 'PENDING' }).execute();
    expect(await alice.searchDocuments('walrus')).toEqual([]);
    expect(await alice.searchDocuments('walrus', { documentIds: [documents[0].id] })).toEqual([]);
  });

  test('answers without what is deleted while the question is embedded', async ({ app, alice }) => {
    const { documents } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    const gate = createGate();
    hashingEmbedder(app).before = () => gate.pass();
    const searching = alice.searchDocuments('walrus');
    await expect.poll(() => hashingEmbedder(app).calls.at(-1)).toEqual(['walrus']);
    await alice.deleteDocument(documents[0].id);
    gate.releaseAll();
    expect(await searching).toEqual([]);
  });

  test('refuses what is out of bounds, and ids that are not the viewer’s', async ({ app, alice, bob }) => {
    const { documents } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
    const [{ id }] = documents;
    const many = Array.from({ length: 51 }, () => id);
    for (const [query, input] of [
      ['', {}],
      [' \n', {}],
      ['x'.repeat(2_001), {}],
      ['walrus', { first: 0 }],
      ['walrus', { first: 101 }],
      ['walrus', { documentIds: many }],
    ] as const)
      await expect(alice.searchDocuments(query, input)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    expect(await alice.searchDocuments('x'.repeat(2_000), { first: 100, documentIds: many.slice(1) })).toBeDefined();
    for (const documentIds of [[id], ['nonsense'], [''], [`${id} `]])
      await expect(bob.searchDocuments('walrus', { documentIds })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(alice.searchDocuments('walrus', { documentIds: [id, 'nonsense'] })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    expect(await bob.searchDocuments('walrus')).toEqual([]);
  });
});

test('the built-in responder quotes a document by its name', async () => {
  const { app, alice } = await started({ model: 'offline' });
  const { sessionId, documents } = await sessionWith(app, alice, { 'sleep.md': SLEEP });
  const { reply } = await alice.turn('What does my document say about the walrus alarm?', { sessionId });
  const { content, citations } = await alice.message(reply.id, CITATIONS);
  const [, quote, marker] = /Your document sleep\.md says: “([^”]+)” \[(\d)\]\./.exec(content) ?? [];
  expect(SLEEP).toContain(quote);
  expect(quote).toContain('walrus alarm');
  expect(citations).toMatchObject([{ marker: Number(marker), source: { document: { id: documents[0].id } } }]);
});
