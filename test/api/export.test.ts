import http from 'node:http';
import { describe, expect, onTestFinished } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { Document } from '../../src/documents/document.entity.ts';
import { DocumentContent } from '../../src/documents/document-content.entity.ts';
import { entities } from '../../src/entities.ts';
import { exportLines } from '../../src/privacy/export.ts';
import { startApp, type TestApp, test } from '../support/app.ts';
import { json } from '../support/http-app.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

const fetchExport = ({ url }: TestApp, viewer: TestViewer, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(`${url}/export`, {
    headers: { ...(viewer.authorization && { authorization: viewer.authorization }), ...headers },
  });

const linesOf = (text: string): Data[] =>
  text
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line));

const exported = async (app: TestApp, viewer: TestViewer): Promise<Data[]> =>
  linesOf(await (await fetchExport(app, viewer)).text());

const ofKind = (lines: Data[], kind: string): Data[] => lines.filter((line) => line.kind === kind);

/** More than sockets hold by themselves, so that a reader who does not read holds the export up. */
async function writeMuch({ running }: TestApp, viewer: TestViewer): Promise<void> {
  const session = await viewer.createSession({ title: 'Long' });
  const em = forkEm(running.orm);
  for (let seq = 1; seq <= 1000; seq++) {
    await db(em)
      .insertInto('chat_message')
      .values({
        userId: viewer.id,
        session: session.id,
        seq,
        role: 'USER',
        status: 'COMPLETE',
        content: 'word '.repeat(6000),
      })
      .execute();
  }
}

/** An export of which only the beginning is read, until the test goes on. */
function beginReading({ url }: TestApp, viewer: TestViewer): Promise<http.IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = { authorization: viewer.authorization };
    const request = http.get(`${url}/export`, { headers, agent: false }, (response) => {
      response.once('readable', () => resolve(response));
    });
    request.once('error', reject);
    onTestFinished(() => void request.destroy());
  });
}

/** All that still comes, whether or not it comes to its end. */
async function textOf(reading: http.IncomingMessage): Promise<string> {
  let text = '';
  try {
    for await (const more of reading.setEncoding('utf8')) text += more;
  } catch (error) {
    if (reading.complete) throw error;
  }
  return text;
}

test('an export has all that the viewer wrote, was answered and used, and nothing of anybody else', async ({
  app,
  alice,
  bob,
}) => {
  app.model.otherwise(says('You ', 'said it [1].'));
  const about = { title: 'Zanzibar', instructions: 'Say quokka.', tags: ['marzipan'], crossSessionMemory: true };
  const first = await alice.turn('My saxophone is broken.', { newSession: about, idempotencyKey: 'once' });
  const second = await alice.turn('What was broken of mine?', { newSession: { crossSessionMemory: true } });
  await alice.forget({ messageId: first.reply.id });
  await alice.remove(second.session.id);
  await bob.turn('The bassoon is mine.');
  await app.idle();

  const response = await fetchExport(app, alice);
  expect([response.status, response.headers.get('content-type')]).toEqual([200, 'application/x-ndjson; charset=utf-8']);
  expect(response.headers.get('content-disposition')).toMatch(/^attachment; filename="carryover-[\d-]{10}\.jsonl"$/);
  expect(response.headers.get('cache-control')).toBe('no-store');
  const text = await response.text();
  expect(text).not.toMatch(/bassoon|bob/);
  const lines = linesOf(text);

  expect(lines[0]).toMatchObject({ kind: 'export', viewerId: 'alice' });
  expect(ofKind(lines, 'session')).toMatchObject([
    { id: first.session.id, title: 'Zanzibar', instructions: 'Say quokka.', tags: ['marzipan'], deletedAt: null },
    { id: second.session.id, deletedAt: expect.any(String) },
  ]);
  const [question, reply, , citing] = ofKind(lines, 'message');
  expect(question).toMatchObject({
    sessionId: first.session.id,
    seq: 1,
    role: 'USER',
    type: 'CHAT',
    status: 'COMPLETE',
    content: 'My saxophone is broken.',
    memory: 'INDEXED',
    citations: [],
  });
  expect(reply).toMatchObject({ content: 'You said it.', memory: 'NOT_RECORDED', forgottenAt: expect.any(String) });
  expect(citing.citations).toEqual([{ marker: 1, messageId: question.id, chunkId: null, filename: null }]);
  const manifest = ofKind(lines, 'manifest').find((line) => line.replyId === second.reply.id);
  const memory = manifest.sections.find((section: Data) => section.kind === 'MEMORY');
  expect(memory.items.slice(0, 1)).toMatchObject([
    { messageId: question.id, text: 'My saxophone is broken.', decision: 'INCLUDED' },
  ]);
  expect(ofKind(lines, 'usage').map((line) => line.purpose)).toEqual(expect.arrayContaining(['CHAT', 'EMBEDDING']));
  expect(ofKind(lines, 'requestKey')).toMatchObject([
    { replyId: first.reply.id, keyHash: expect.stringMatching(/^\w{64}$/) },
  ]);
  expect(ofKind(lines, 'limits')).toMatchObject([{ tokensPerDay: null }]);
});

test('the last line counts what went before it, over pages of every kind', async ({ app, alice }) => {
  const em = forkEm(app.running.orm);
  await app.running.orm.em.transactional(async () => {
    for (let n = 0; n < 230; n++) {
      const id = `00000000-0000-7000-8000-${String(n).padStart(12, '0')}`;
      await db(em)
        .insertInto('chat_session')
        .values({ id, userId: n % 2 ? 'alice' : 'bob', title: `${n}`, model: 'test-model', tags: [] })
        .execute();
      await db(em)
        .insertInto('document')
        .values({
          userId: 'alice',
          filename: `${n}`,
          mimeType: 'text/plain',
          sizeBytes: 1,
          contentHash: `${n}`,
          createdAt: new Date(n % 7),
        })
        .execute();
    }
    for (let n = 0; n < 1201; n++) {
      const used = { purpose: 'CHAT' as const, model: 'm', inputTokens: n, outputTokens: 0 };
      await db(em)
        .insertInto('usage_entry')
        .values({ userId: 'alice', session: null, ...used, createdAt: new Date(n % 7) })
        .execute();
    }
  });
  const { session } = await alice.turn('Hello.');
  for (let n = 0; n < 30; n++) await alice.turn(`Message ${n}.`, { sessionId: session.id });
  await app.idle();
  const lines = await exported(app, alice);
  const { counts } = lines.at(-1);
  expect(lines.at(-1).kind).toBe('end');
  for (const kind of Object.keys(counts)) expect([kind, ofKind(lines, kind).length]).toEqual([kind, counts[kind]]);
  expect(counts).toMatchObject({ session: 116, message: 62, document: 230 });
  const ids = ofKind(lines, 'usage').map((line) => line.id);
  expect([ids.length, new Set(ids).size]).toEqual([counts.usage, counts.usage]);
  expect(counts.usage).toBeGreaterThan(1201);
});

test('a document comes with its text, and a reply that is being written with what there is of it', async ({
  app,
  alice,
}) => {
  const em = forkEm(app.running.orm);
  const rest = { mimeType: 'text/plain', sizeBytes: 1, contentHash: 'h' };
  const document = em.create(Document, { userId: 'alice', filename: 'plan.txt', ...rest });
  em.create(DocumentContent, { document, file: null, extractedText: 'Swim on Monday.' });
  await em.flush();
  const gate = createGate();
  onTestFinished(() => gate.releaseAll());
  app.model.next(slowly(['So ', 'far.'], gate));
  const { reply } = await alice.send('Go on.');
  gate.release();
  await expect.poll(async () => ofKind(await exported(app, alice), 'message').at(-1)?.content).toBe('So');
  expect(ofKind(await exported(app, alice), 'document')).toMatchObject([
    { filename: 'plan.txt', text: 'Swim on Monday.' },
  ]);
  gate.releaseAll();
  await alice.follow(reply.id);
});

/** What becomes of each table in an export: its kind of line, the line it stands in, or why it is left out. */
const TABLES: Record<string, string> = {
  ChatSession: 'session',
  ChatMessage: 'message',
  ReplyPart: 'in message',
  IdempotencyKey: 'requestKey',
  InstructionsText: 'in manifest',
  PromptManifest: 'manifest',
  PromptItemRow: 'in manifest',
  Document: 'document',
  DocumentContent: 'in document, without the file, of which its text is what is kept',
  SessionDocument: 'in session',
  MemoryScope: 'left out: made for searching',
  Chunk: 'left out: made for searching',
  ChunkTerm: 'left out: made for searching',
  Summary: 'summary',
  SummarySource: 'left out: says only when a summary is to go',
  SummaryDocument: 'left out: says only when a summary is to go',
  Job: 'left out: work of the server',
  UsageEntry: 'usage',
  TurnPace: 'in limits',
};

test('no table is forgotten: each is in an export, or left out for a reason', () => {
  expect(Object.keys(TABLES).sort()).toEqual(entities.map((entity) => entity.meta.className).sort());
});

describe('an export is refused', () => {
  test('without a valid token', async ({ app }) => {
    for (const authorization of ['', 'Bearer a.b.c']) {
      const response = await fetch(`${app.url}/export`, { headers: { authorization } });
      expect([response.status, (await json(response)).errors?.[0]?.extensions.code]).toEqual([401, 'UNAUTHENTICATED']);
    }
  });

  test('to a page elsewhere, which could not read it either', async ({ app, alice }) => {
    const pages: Record<string, string>[] = [
      { origin: 'https://evil.example' },
      { 'sec-fetch-site': 'cross-site' },
      // As from another port of this machine.
      { 'sec-fetch-site': 'same-site' },
    ];
    for (const headers of pages) {
      const response = await fetchExport(app, alice, headers);
      expect(response.status).toBe(403);
      expect(response.headers.get('access-control-allow-origin')).toBeNull();
      expect(await response.text()).not.toContain('"kind"');
    }
    const own = await fetchExport(app, alice, { 'sec-fetch-site': 'same-origin', origin: app.url });
    expect(own.status).toBe(200);
    expect(own.headers.get('cross-origin-resource-policy')).toBe('same-origin');
    await own.text();
  });

  test('to a second reader of the same viewer, until the first has ended or left', async ({ app, alice, bob }) => {
    await writeMuch(app, alice);
    const reading = await beginReading(app, alice);
    const second = await fetchExport(app, alice);
    expect([second.status, (await json(second)).errors?.[0]?.extensions.code]).toEqual([429, 'LIMIT_EXCEEDED']);
    expect((await fetchExport(app, bob)).status).toBe(200);
    reading.destroy();
    await expect.poll(async () => (await fetchExport(app, alice)).status).toBe(200);
  });
});

test('without login, the local viewer exports, under no other name of the host', async () => {
  const app = await startApp({ env: { AUTH_JWT_SECRET: '' }, model: 'offline' });
  onTestFinished(() => app.close());
  const local = await app.viewer('local');
  await local.turn('Hello.');
  expect((await exported(app, local)).at(-1)).toMatchObject({ kind: 'end', counts: { message: 2 } });
  const { port } = new URL(app.url);
  const status = await new Promise<number | undefined>((resolve) => {
    http.get({ port, host: '127.0.0.1', path: '/export', headers: { host: 'evil.example' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
  });
  expect(status).toBe(403);
});

test('no more is read ahead than a reader takes: what is deleted while an export stands still is not in it', async ({
  app,
  alice,
}) => {
  await writeMuch(app, alice);
  const reading = await beginReading(app, alice);
  await db(forkEm(app.running.orm)).deleteFrom('chat_message').execute();
  const lines = linesOf(await textOf(reading));
  expect(lines.at(-1)).toMatchObject({ kind: 'end', counts: { message: expect.any(Number) } });
  expect(lines.at(-1).counts.message).toBeLessThan(1000);
  expect(ofKind(lines, 'message')).toHaveLength(lines.at(-1).counts.message);
});

test('between two pages everybody else has a turn, also where the reader keeps up', async ({ app, alice }) => {
  for (let n = 0; n < 12; n++) await alice.createSession({ title: `${n}` });
  await app.idle();
  let turns = 0;
  const count = () => {
    turns += 1;
    next = setImmediate(count);
  };
  let next = setImmediate(count);
  let pages = 0;
  for await (const _ of exportLines(app.running, 'alice')) pages += 1;
  clearImmediate(next);
  expect(pages).toBeGreaterThan(12);
  expect(turns).toBeGreaterThanOrEqual(12);
});

test('draining ends an export, which then has no last line', async () => {
  const app = await startApp();
  const alice = await app.viewer('alice');
  await writeMuch(app, alice);
  const reading = await beginReading(app, alice);
  await app.close();
  const text = await textOf(reading);
  expect(reading.complete).toBe(false);
  expect(text).toContain('"kind":"message"');
  expect(text).not.toContain('"kind":"end"');
});
