import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { interruptReplies } from '../../src/chat/replies/interrupt-replies.ts';
import { db, type Em, forkEm } from '../../src/db/orm.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { seedCrowd } from '../support/crowd.ts';
import { referencesOf } from '../support/database-contents.ts';
import { answers, createGate, says, slowly } from '../support/model-answers.ts';
import type { ModelRequest } from '../support/model-server.ts';
import { type Plans, plansOf } from '../support/plans.ts';
import { type Executed, recordStatements } from '../support/record-statements.ts';
import { testDialect } from '../support/test-database.ts';
import { type Data, MANIFEST, MESSAGE, SESSION, type TestViewer } from '../support/test-viewer.ts';

let app: TestApp;
let alice: TestViewer;
let plans: Plans;
let executed: Executed[];
/** A session of Alice's with a past. */
let session: Data;
let reply: Data;
/** That the session may draw on. */
let document: Data;

beforeAll(async () => {
  app = await startApp({
    env: {
      ...{ RECENT_TURNS: '1', SUMMARIZE: 'always', DELETE_INACTIVE_AFTER_DAYS: '90' },
      // Looked at, and never reached.
      ...{ MESSAGES_PER_MINUTE: '10000', TOKENS_PER_DAY: '999999999', TOKENS_PER_SESSION: '999999999' },
      BACKGROUND_TOKENS_PER_DAY: '999999999',
    },
    answer: answers((request) => (isCondensing(request) ? says('[1] knee hurts\n[2] hurts\n') : says('[1]'))),
  });
  alice = await app.viewer('alice');
  const bob = await app.viewer('bob');
  for (const viewer of [alice, bob]) {
    for (const about of ['knee', 'sleep', 'work']) {
      const newSession = { title: `My ${about}`, tags: [about], crossSessionMemory: true };
      const first = await viewer.turn(`Today my ${about} is on my mind.`, { newSession });
      for (let turn = 0; turn < 6; turn++) {
        const again = { sessionId: first.session.id };
        ({ session, reply } = await viewer.turn(`My ${about} again: it was turn ${turn} of the week.`, again));
      }
      document = await viewer.addDocument(`What the doctor said of the ${about}: rest it.`, `${about}.md`);
    }
  }
  await app.idle();
  document = await alice.addDocument('The knee wants rest.\n\nThe knee wants warmth.', 'knee.md');
  await app.idle();
  const newSession = { crossSessionMemory: true, documentIds: [document.id] };
  ({ session, reply } = await alice.turn('And how is my knee?', { newSession }));
  await app.idle();
  if (testDialect === 'postgres') await seedCrowd(app.running.orm);
  plans = await plansOf(app.running.orm);
  executed = await recordStatements(app.running);
}, 120_000);

afterAll(() => app.close());

/** What was run, each statement once. */
async function statementsOf(run: () => Promise<unknown>): Promise<Executed[]> {
  executed.length = 0;
  await run();
  await app.idle();
  return [...new Map(executed.map((each) => [each.sql, each])).values()];
}

/** The plans of those that match. */
const stepsOf = async (isMeant: (sql: string) => boolean): Promise<string[]> =>
  (await Promise.all(executed.filter(({ sql }) => isMeant(sql.replaceAll('`', '"'))).map(plans.stepsOf))).flat();

/** Reads every message of a session, however long it is. */
const WHOLE_SESSION = /^SEARCH (chat_message|m) USING INDEX chat_message_session_seq \(session_id=\?\)$/;
/** What counts, reports on, forgets or purges a session has to; what has a limit reads on from one end of the index. */
const MAY_READ_SESSIONS = [
  /count\(distinct m\.session_id\)/,
  /with covered as/,
  /coalesce\(sum\(c\.tokens\), 0\)/,
  / limit \?$/,
  /left join chunk/,
  /set "forgotten_at"/,
  /^select count\(case when messages/,
  /^select "id" from "chat_message" where "session_id" = \? and "user_id" = \?$/,
];

async function longReadsOf(statements: readonly Executed[]): Promise<string[]> {
  const found: string[] = [];
  for (const statement of statements.filter(({ sql }) => !MAY_READ_SESSIONS.some((allowed) => allowed.test(sql)))) {
    if ((await plans.stepsOf(statement)).some((step) => WHOLE_SESSION.test(step))) found.push(statement.sql);
  }
  return found;
}

const changeSession = (id: string, change: { updatedAt: Date } | { deletedAt: Date }) =>
  db(forkEm(app.running.orm)).updateTable('chat_session').set(change).where('id', '=', id).execute();

const isCondensing = ({ body }: ModelRequest) => body.messages[0]?.content.startsWith('You condense') ?? false;

const writing = async (text: string) => {
  const gate = createGate();
  const slow = slowly(['Breathe', ' slowly.'], gate);
  app.model.otherwise(answers((request) => (isCondensing(request) ? says('[1] knee\n[2] knee') : slow)));
  return { gate, ...(await alice.send(text, { sessionId: session.id })) };
};

const OPERATIONS: [string, () => Promise<unknown>, RegExp[]][] = [
  [
    'a list of sessions, with its filters and cursors',
    async () => {
      const fields = `nodes { ${SESSION} } totalCount pageInfo { hasNextPage hasPreviousPage endCursor }`;
      const { chatSessions } = await alice.query(`{ chatSessions(first: 2) { ${fields} } }`);
      const after = chatSessions.pageInfo.endCursor;
      await alice.query(`query($after: String) { chatSessions(first: 2, after: $after) { ${fields} } }`, { after });
      for (const state of ['ACTIVE', 'DELETED', 'ALL']) {
        await alice.query(
          `{ chatSessions(filter: { state: ${state}, tags: ["knee"], search: "my knee" }) { ${fields} } }`,
        );
      }
    },
    [/from "chat_session"/, /from "usage_entry"/],
  ],
  [
    'pages of messages from either end, with what was sent for each',
    async () => {
      const fields = `nodes { ${MESSAGE} session { id } prompt { ${MANIFEST} } citations { marker excerpt source { ... on ChatMessage { id } ... on DocumentChunk { id document { id } } } } }
        pageInfo { hasNextPage startCursor endCursor } totalCount`;
      const read = `query($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
        chatSession(id: $id) { messages(first: $first, after: $after, last: $last, before: $before) { ${fields} } } }`;
      const id = session.id;
      const { chatSession } = await alice.query(read, { id, last: 2 });
      await alice.query(read, { id, first: 1 });
      await alice.query(read, { id, first: 1, after: chatSession.messages.pageInfo.startCursor });
      await alice.query(read, { id, last: 1, before: chatSession.messages.pageInfo.endCursor });
    },
    [/from "chat_message"/, /from "prompt_manifest"/, /from "prompt_item"/],
  ],
  [
    'a turn: sending, retrieving, condensing, writing, settling, embedding',
    async () => {
      const { gate, reply: running } = await writing('What did I say of my knee last week?');
      gate.release();
      const flushed = () => executed.some(({ sql }) => /insert into reply_part/.test(sql));
      await vi.waitFor(() => expect(flushed()).toBe(true));
      await alice.session(session.id);
      await alice.message(running.id);
      gate.releaseAll();
      await alice.follow(running.id);
    },
    [
      ...[/insert into "chat_message"/, /insert into chunk \(/, /insert into chunk_term/, /insert into "job"/],
      ...[
        /update "job"/,
        /from chunk_term|join chunk_term/,
        /c\.embedding as embedding|c\.embedding <=>/,
        /insert into prompt_item/,
      ],
      ...[/insert into "summary"/, /insert into reply_part/, /delete from "reply_part"/, /update "chunk"/],
      ...[/insert into "usage_entry"/, /delete from "job"/, /from "session_document"/, /"s"\."document_id" = known/],
      ...[/insert into "summary_document"/, /from "chunk" inner join "session_document"/],
      ...[
        /insert into "turn_pace"/,
        /sum\(reserved_tokens\).* from "chat_message"/,
        /from "usage_entry" where "session_id"/,
      ],
    ],
  ],
  [
    'a first message with a key, and the same again',
    async () => {
      const once = { idempotencyKey: 'once', newSession: { title: 'Once' } };
      await alice.turn('Hello.', once);
      await alice.turn('Hello.', once);
    },
    [/"idempotency_key"/],
  ],
  [
    'a search of all sessions, and of one',
    async () => {
      await alice.searchMemory('my knee');
      await alice.searchMemory('my knee', { sessionId: session.id });
    },
    [/memory_scope/, /c\.embedding as embedding|c\.embedding <=>/],
  ],
  [
    'a search of all documents, and of one',
    async () => {
      await alice.searchDocuments('my knee');
      await alice.searchDocuments('my knee', { documentIds: [document.id] });
    },
    [/from "document"/, /from chunk_term|join chunk_term/, /from "chunk"/],
  ],
  ['a preview of a prompt', () => alice.preview(session.id, 'And my knee?'), [/chunk_term/]],
  [
    'what a viewer used and may use, which is summed from an index alone',
    async () => {
      const usage = 'sessions messages total { totalTokens } byPurpose { purpose } byDay { date }';
      await alice.query(`{ viewer { limits { tokensLeftToday } usage { ${usage} } } }`);
      const period = 'since: "2026-01-01T00:00:00Z", until: "2099-01-01T00:00:00Z"';
      await alice.query(`{ viewer { usage(${period}) { ${usage} } } }`);
      const isSum = (sql: string) => /from "usage_entry"/.test(sql);
      expect(executed.filter(({ sql }) => isSum(sql))).toHaveLength(3);
      if (testDialect === 'postgres') return;
      for (const step of await stepsOf(isSum)) {
        expect(step).toMatch(
          /^SEARCH usage_entry USING COVERING INDEX usage_entry_user |^USE TEMP B-TREE FOR GROUP BY$/,
        );
      }
    },
    [/from "usage_entry"/, /from "chat_session"/],
  ],
  ['following a reply that ended', () => alice.follow(reply.id), [/from "chat_message"/]],
  [
    'a second message while a reply is being written, and a cancel',
    async () => {
      const { gate, reply: running } = await writing('Are you there?');
      await expect(alice.send('Hello?', { sessionId: session.id })).rejects.toThrow();
      await alice.cancel(running.id);
      gate.releaseAll();
    },
    [/"chat_message"/],
  ],
  [
    'writing a reply anew',
    async () => {
      const { reply: last } = await alice.turn('Say that again.', { sessionId: session.id });
      await alice.retry(last.id);
    },
    [/delete from "chunk"/, /delete from "summary"/],
  ],
  [
    'memory off, on again, forgetting a message and a session',
    async () => {
      const { message, session: other } = await alice.turn('My secret.', {});
      await alice.setMemory(other.id, { enabled: false });
      await alice.turn('Off the record.', { sessionId: other.id });
      await alice.setMemory(other.id, { enabled: true });
      await app.idle();
      await alice.forget({ messageId: message.id });
      await alice.forget({ sessionId: other.id });
    },
    [/not exists/, /delete from "chunk"/, /update "memory_scope"/],
  ],
  [
    'renaming, deleting, restoring and purging a session',
    async () => {
      const { session: other } = await alice.turn('Short.', {});
      await alice.updateSession({ id: other.id, title: 'Other' });
      await alice.remove(other.id);
      await alice.restore(other.id);
      await alice.remove(other.id, true);
    },
    [/delete from "chat_session"/],
  ],
  [
    'documents: adding, linking, listing, reading and deleting',
    async () => {
      const text = 'My knee has a plan of its own. '.repeat(300);
      const { id } = await alice.addDocument(text);
      await app.idle();
      const read = 'status text chunks(first: 5, from: 3) { position document { id } }';
      await alice.document(id, read);
      const page = `nodes { id ${read} } totalCount pageInfo { hasPreviousPage endCursor }`;
      const { documents } = await alice.query(`{ documents(first: 1) { ${page} } }`);
      const after = documents.pageInfo.endCursor;
      await alice.query(`query($after: String) { documents(first: 1, after: $after) { ${page} } }`, { after });
      await alice.updateSession({ id: session.id, documentIds: [id] });
      await alice.session(session.id, 'documents { id }');
      await alice.addDocument(text);
      await alice.deleteDocument(id);
    },
    [
      ...[/insert into "document"/, /from "document_content"/, /"document_id" = (\?|\$\d)/, /update "document"/],
      ...[/insert into chunk \(/, /insert into "session_document"/, /delete from "chunk"/, /delete from "document"/],
    ],
  ],
  [
    'a report on a session with its documents, and one on all sessions',
    async () => {
      const period = { since: '2020-01-01T00:00:00Z', until: '2120-01-01T00:00:00Z' };
      await alice.report({
        ...period,
        sessionId: session.id,
        documentIds: [document.id],
        focus: 'my knee',
        wait: true,
      });
      await alice.report({ ...period, wait: true });
    },
    [
      /count\(distinct m\.session_id\)/,
      /with covered as/,
      /from "document"/,
      /cross join chat_message m/,
      /insert into prompt_item/,
    ],
  ],
  [
    'jobs, asked for by index',
    async () => {
      await alice.turn('Remember this.', {});
      await app.idle();
      const plan = await stepsOf((sql) => /^update "job" set "state" = \S+, "attempts"/.test(sql));
      if (testDialect === 'postgres') return;
      expect(plan).toEqual(
        expect.arrayContaining([
          'SEARCH job USING COVERING INDEX job_ready (task=? AND run_at<?)',
          'SEARCH job USING INDEX job_lease (task=? AND lease_expires_at<?)',
        ]),
      );
      // It would read and sort all that wait, for each batch.
      expect(plan).not.toContain('MULTI-INDEX OR');
    },
    [/update "job"/],
  ],
  [
    'a sweep, and what it asks for',
    async () => {
      const { session: other } = await alice.turn('Long ago.', {});
      await app.idle();
      await changeSession(other.id, { updatedAt: new Date(1) });
      await app.running.sweep();
      await app.idle();
      await changeSession(other.id, { deletedAt: new Date(1) });
      await app.running.sweep();
      await app.idle();
      if (testDialect === 'postgres') return;
      expect(await stepsOf((sql) => /from "chat_session" where not exists \(/.test(sql))).toEqual(
        expect.arrayContaining([
          'SEARCH chat_session USING COVERING INDEX chat_session_user_updated (user_id=?)',
          'SEARCH chat_session USING INDEX chat_session_deleted (deleted_at>? AND deleted_at<?)',
          'SEARCH chat_session USING INDEX chat_session_idle (updated_at<?)',
        ]),
      );
    },
    [/delete from "job"/, /delete from "chat_session"/],
  ],
  [
    'an export',
    async () => {
      const headers = { authorization: alice.authorization ?? '' };
      await (await fetch(`${app.url}/export`, { headers })).text();
      if (testDialect === 'postgres') return;
      // Only her own, however many sessions others have.
      const pages = await stepsOf((sql) => /as .own./.test(sql));
      expect(pages).toContain('SEARCH own USING COVERING INDEX chat_session_user_updated (user_id=?)');
    },
    [/from "chat_session" as "own"/, /from "usage_entry"/, /from "document"/],
  ],
  [
    'deleting a document that replies drew on',
    async () => {
      await alice.deleteDocument(document.id);
    },
    [/delete from "summary"/, /delete from "document"/],
  ],
  ['the start of a process', () => interruptReplies(app.running, null), [/from "chat_message"/]],
];

test.each(OPERATIONS)('%s reads no table from end to end', async (_what, run, expected) => {
  const statements = await statementsOf(run);
  const texts = statements.map(({ sql }) => sql.replaceAll('`', '"'));
  expect(expected.filter((pattern) => !texts.some((sql) => pattern.test(sql)))).toEqual([]);
  expect(await plans.scansOf(statements)).toEqual([]);
  if (testDialect === 'sqlite') expect(await longReadsOf(statements)).toEqual([]);
});

test('a statement that reads a whole table would be seen', async () => {
  const scan = async (sql: string) => (await plans.scansOf([{ sql, parameters: [] }])).length;
  expect(await scan('select * from chat_message')).toBe(1);
  expect(await scan(`select count(*) from chunk c where text = ''`)).toBe(1);
  expect(await scan(`select 1 from chat_message where id = '${reply.id}'`)).toBe(0);
  if (testDialect === 'postgres') return;
  expect(await scan('select 1 from chat_session where title = 1')).toBe(1);
  expect(await scan(`select value from json_each('[1]')`)).toBe(0);
});

test('rows that refer to what is deleted are found by an index', async () => {
  const em = forkEm(app.running.orm);
  const references = await referencesOf(em);
  expect(references.length).toBeGreaterThan(15);
  const bare: string[] = [];
  for (const { child, from } of references) if (!(await isIndexed(em, child, from))) bare.push(`${child}.${from}`);
  expect(bare).toEqual([]);
});

async function isIndexed(em: Em, table: string, column: string): Promise<boolean> {
  if (testDialect === 'sqlite') {
    const sql = `select 1 from "${table}" where "${column}" = ?`;
    const [step] = await plans.stepsOf({ sql, parameters: ['1'] });
    return step?.startsWith('SEARCH') ?? false;
  }
  // What it would do with so few rows says nothing.
  const indexes = await em.execute(
    `select 1 from pg_index i join pg_attribute a on a.attrelid = i.indrelid and a.attnum = i.indkey[0]
      where i.indrelid = ?::regclass and i.indpred is null and a.attname = ?`,
    [table, column],
  );
  return indexes.length > 0;
}
