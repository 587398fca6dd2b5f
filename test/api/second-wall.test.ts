import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startApp, type TestApp } from '../support/app.ts';
import { answers, says } from '../support/model-answers.ts';
import { recordConnections, type Sent } from '../support/record-connections.ts';
import { isPglite, testDialect } from '../support/test-database.ts';
import { type Data, DOCUMENT, MESSAGE, SESSION, type TestViewer } from '../support/test-viewer.ts';

/** What the process does by itself, for nobody: it asks for jobs that are due, and keeps its leases. */
const BY_ITSELF = [/^(update|select|with|delete from) .*"job"/, /"lease_expires_at"/, /from job where task = value/];
/** Reads what somebody said or wrote, or what finds it. */
const OF_VIEWERS = /^(select|with)(?:(?! from ).)*\b(content|text|embedding)\b/;

describe.skipIf(testDialect !== 'postgres' || isPglite)('on a PostgreSQL server', () => {
  let app: TestApp;
  let alice: TestViewer;
  let sent: Sent[];
  let session: Data;
  let reply: Data;
  let document: Data;

  beforeAll(async () => {
    app = await startApp({
      env: { RECENT_TURNS: '1', SUMMARIZE: 'always', MESSAGES_PER_MINUTE: '1000', TOKENS_PER_DAY: '99999999' },
      answer: answers(({ body }) => says(body.messages[0]?.content.startsWith('You condense') ? '[1] knee' : '[1]')),
    });
    sent = await recordConnections(app);
    alice = await app.viewer('alice');
    document = await alice.addDocument('What the doctor said of the knee: rest it.', 'knee.md');
    const newSession = { crossSessionMemory: true, documentIds: [document.id] };
    ({ session } = await alice.turn('Today my knee is on my mind.', { newSession }));
    ({ reply } = await alice.turn('My knee again.', { sessionId: session.id }));
    await app.idle();
  });

  afterAll(() => app?.close());

  /** What ran meanwhile, apart from what the process does by itself. */
  async function ranDuring(run: () => Promise<unknown>): Promise<{ viewers: string[]; owners: string[] }> {
    sent.length = 0;
    await run();
    await app.idle();
    const ours = sent.filter(({ sql }) => !BY_ITSELF.some((own) => own.test(sql)));
    const of = (isViewers: boolean) => ours.filter((each) => each.isViewers === isViewers).map(({ sql }) => sql);
    return { viewers: of(true), owners: of(false) };
  }

  const DOCUMENTS = `documents { nodes { ${DOCUMENT} text chunks(first: 5) { text } } totalCount }`;
  const READS: [string, () => Promise<unknown>][] = [
    ['sessions and their messages', () => alice.sessions({}, `${SESSION} messages(first: 3) { nodes { ${MESSAGE} } }`)],
    ['documents', () => alice.query(`{ ${DOCUMENTS} }`)],
    [
      'what was used',
      () => alice.query('{ viewer { limits { tokensLeftToday } usage { sessions total { totalTokens } } } }'),
    ],
    ['a search of memory', () => alice.searchMemory('my knee')],
    ['a search of documents', () => alice.searchDocuments('my knee')],
    ['a reply to its end', () => alice.follow(reply.id)],
    ['what a reply was based on', () => alice.manifest(reply.id)],
    ['a preview of a prompt', () => alice.preview(session.id, 'And my knee?')],
    [
      'an event of a session',
      async () => {
        for await (const event of alice.subscribe(
          `subscription { chatSessionChanged(id: "${session.id}") { ${SESSION} } }`,
        )) {
          expect(event.chatSessionChanged.id).toBe(session.id);
          return;
        }
      },
    ],
  ];

  test.each(READS)('%s: read as the viewer', async (_name, read) => {
    const { viewers, owners } = await ranDuring(read);
    expect(owners).toEqual([]);
    expect(viewers.length).toBeGreaterThan(0);
  });

  test('a turn and a report recall, and are prepared, as the viewer; only their ends are the process’s', async () => {
    const { viewers, owners } = await ranDuring(async () => {
      await alice.turn('What did I say of my knee?', { sessionId: session.id });
      await alice.report({ sessionId: session.id, documentIds: [document.id], focus: 'my knee', wait: true });
    });
    const recalling = /chunk_term as t|from chunk|embedding as embedding/;
    expect(viewers.filter((statement) => recalling.test(statement)).length).toBeGreaterThan(1);
    expect(owners.filter((statement) => OF_VIEWERS.test(statement))).toEqual([]);
  });

  test('changes of a session are made as the viewer', async () => {
    const { viewers, owners } = await ranDuring(async () => {
      await alice.updateSession({ id: session.id, title: 'My knee' });
      await alice.setMemory(session.id, { crossSession: false });
      const other = await alice.createSession({ title: 'Other' });
      await alice.remove(other.id);
      await alice.forget({ sessionId: session.id });
    });
    expect(owners).toEqual([]);
    expect(viewers.length).toBeGreaterThan(0);
  });
});
