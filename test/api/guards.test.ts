import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import Database from 'better-sqlite3';
import { type DocumentNode, Kind, parse, print, separateOperations } from 'graphql';
import { describe, expect } from 'vitest';
import WebSocket from 'ws';
import { forkEm } from '../../src/db/orm.ts';
import { type TestApp, test } from '../support/app.ts';
import { says } from '../support/model-answers.ts';
import { forbidWriting } from '../support/refuse.ts';
import { testDialect } from '../support/test-database.ts';
import { type Data, MANIFEST, MESSAGE, SESSION, type TestViewer } from '../support/test-viewer.ts';

const withoutLogin = test.extend({ options: { env: { AUTH_JWT_SECRET: '' } } });
const TRANSPORTS = ['http', 'ws', 'sse'] as const;

/** The first answer, whatever the transport. */
async function answerTo(
  viewer: TestViewer,
  transport: (typeof TRANSPORTS)[number],
  query: string,
  variables: object = {},
) {
  if (transport === 'http') return viewer.ask(query, variables);
  const answers = viewer.subscribe(query, variables, transport);
  const { value } = await answers.next();
  await answers.return(undefined);
  return value.errors ? value : { data: value };
}

function post(
  app: TestApp,
  body: string | object,
  headers: Record<string, string>,
  at = '/graphql',
): Promise<Response> {
  return fetch(`${app.url}${at}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  });
}

const authorizationOf = (viewer: TestViewer) => ({
  ...(viewer.authorization && { authorization: viewer.authorization }),
});
const sessionCount = async (viewer: TestViewer): Promise<number> =>
  (await viewer.query('{ chatSessions(filter: { state: ALL }) { totalCount } }')).chatSessions.totalCount;
const times = (count: number, write: (index: number) => string) =>
  Array.from({ length: count }, (_, i) => write(i)).join(' ');
const executeSql = (app: TestApp, statement: string) => forkEm(app.running.orm).execute(statement);

const CREATE = 'createChatSession(input: {}) { session { id } }';
/** Levels of a session within a message within a session. */
const nested = (levels: number) => {
  const pairs = (levels - 2) / 3;
  return `{ chatSession(id: "1") { ${'messages(first: 1) { nodes { session { '.repeat(pairs)} id ${'} } } '.repeat(pairs)} } }`;
};
const KNOWN_ID = randomUUID();

describe('limits of a document, the same on every transport', () => {
  const tooMuch: [string, string, object, string][] = [
    ['14 levels', nested(14), {}, 'QUERY_TOO_COMPLEX'],
    ['31 aliased mutations', `mutation { ${times(31, (i) => `a${i}: ${CREATE}`)} }`, {}, 'QUERY_TOO_COMPLEX'],
    ['31 aliases of one field', `{ viewer { ${times(31, (i) => `a${i}: id`)} } }`, {}, 'QUERY_TOO_COMPLEX'],
    [
      'aliases behind fragments',
      `{ ...a ...a } fragment a on Query { ${times(16, (i) => `a${i}: viewer { id }`)} }`,
      {},
      'QUERY_TOO_COMPLEX',
    ],
    ['2,001 words and signs', `{ viewer { ${times(1_996, () => 'id')} } }`, {}, 'GRAPHQL_PARSE_FAILED'],
    [
      'pages within pages',
      '{ chatSessions(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }',
      {},
      'QUERY_TOO_COMPLEX',
    ],
    [
      'pages within pages, by variables',
      'query($n: Int!) { chatSessions(first: $n) { nodes { messages(first: $n) { nodes { id } } } } }',
      { n: 100 },
      'QUERY_TOO_COMPLEX',
    ],
    [
      'pages within pages, by the variables’ defaults',
      'query($n: Int = 100) { chatSessions(first: $n) { nodes { messages(last: $n) { nodes { id } } } } }',
      {},
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a page for each hit of a search',
      '{ searchMemory(input: { query: "a", first: 100 }) { message { session { messages(first: 100) { nodes { id } } } } } }',
      {},
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a page for each hit of a search in documents',
      '{ searchDocuments(input: { query: "a", first: 100 }) { chunk { document { chunks(first: 100) { text } } } } }',
      {},
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a page for each hit of a search, by variables',
      'query($input: SearchMemoryInput!) { searchMemory(input: $input) { message { session { messages(first: 100) { nodes { id } } } } } }',
      { input: { query: 'a', first: 100 } },
      'QUERY_TOO_COMPLEX',
    ],
    [
      'a page for each item of a prompt',
      `{ chatMessage(id: "${KNOWN_ID}") { prompt { sections { items { source { ... on ChatMessage {
         session { messages(first: 20) { nodes { content } } } } } } } } } }`,
      {},
      'QUERY_TOO_COMPLEX',
    ],
    ['introspection, with login', '{ __schema { types { name } } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['introspection of one type, with login', '{ __type(name: "Query") { name } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    ['a field that is not there', '{ chatSession(id: "1") { userId } }', {}, 'GRAPHQL_VALIDATION_FAILED'],
    [
      'a fragment that spreads itself',
      '{ ...a } fragment a on Query { viewer { id } ...a }',
      {},
      'GRAPHQL_VALIDATION_FAILED',
    ],
    ['a variable of the wrong type', 'query($id: ID!) { chatSession(id: $id) { id } }', { id: {} }, 'BAD_USER_INPUT'],
    ['a variable that is missing', 'query($id: ID!) { chatSession(id: $id) { id } }', {}, 'BAD_USER_INPUT'],
  ];

  test.for(tooMuch)('%s: refused, and nothing is done', async ([, query, variables, code], { app, alice }) => {
    const answers: Data[] = [];
    for (const transport of TRANSPORTS) {
      const { data, errors } = await answerTo(alice, transport, query, variables);
      expect(data ?? null).toBeNull();
      answers.push(errors);
    }
    expect(answers[0][0].extensions).toEqual({ code });
    expect([answers[1], answers[2]]).toEqual([answers[0], answers[0]]);
    expect(JSON.stringify(answers)).not.toMatch(/did you mean/i);
    expect(await sessionCount(alice)).toBe(0);
    expect(app.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test.for([
    ['11 levels', nested(11), {}],
    ['30 aliases', `{ ${times(30, (i) => `a${i}: viewer { id }`)} }`, {}],
    ['a page of 100 in a page of 20', '{ chatSessions { nodes { messages(first: 100) { nodes { id } } } } }', {}],
  ] as const)('%s: answered', async ([, query, variables], { alice }) => {
    for (const transport of TRANSPORTS) {
      const { data, errors } = await answerTo(alice, transport, query, variables);
      expect([transport, errors, typeof data]).toEqual([transport, undefined, 'object']);
    }
  });

  test('2,000 words and signs are read, and not one more', async ({ alice }) => {
    const tagged = (words: number) =>
      `{ chatSessions(filter: { tags: [${times(words - 16, () => '"a"')}] }) { totalCount } }`;
    for (const transport of TRANSPORTS) {
      const answers = [
        await answerTo(alice, transport, tagged(2_000)),
        await answerTo(alice, transport, tagged(2_001)),
      ];
      const codes = answers.map(({ errors }) => errors[0].extensions.code);
      expect([transport, ...codes]).toEqual([transport, 'BAD_USER_INPUT', 'GRAPHQL_PARSE_FAILED']);
    }
  });

  test('naming no operation, or one that is not there, is no way round them', async ({ app, alice }) => {
    const query = `query a { viewer { id } } query b { chatSessions(first: 100) { nodes { messages(first: 100) { nodes { id } } } } }`;
    for (const operationName of ['', 'c', null, 'b']) {
      for (const at of ['/graphql', '/graphql/stream']) {
        const response = await post(app, { query, operationName }, authorizationOf(alice), at);
        const answer = await response.text();
        expect([operationName, at, answer]).toEqual([operationName, at, expect.stringContaining('"errors"')]);
        expect(answer).not.toContain('nodes');
      }
    }
    const answered = await post(app, { query, operationName: 'a' }, authorizationOf(alice));
    expect(await answered.json()).toEqual({ data: { viewer: { id: 'alice' } } });
  });

  withoutLogin('introspection is answered, but not to any depth', async ({ app }) => {
    const local = await app.viewer('local');
    const deep = (levels: number) =>
      `{ __schema { types { ${'fields { type { '.repeat(levels)} name ${'} } '.repeat(levels)} } } }`;
    for (const transport of TRANSPORTS) {
      expect((await answerTo(local, transport, deep(1))).data.__schema.types.length).toBeGreaterThan(10);
      const { errors } = await answerTo(local, transport, deep(6));
      expect(errors[0].extensions.code).toBe('GRAPHQL_VALIDATION_FAILED');
    }
  });
});

describe('what a client really asks', () => {
  const folder = new URL('../../schema/operations/', import.meta.url);
  const documents = readdirSync(folder).map((name) => parse(readFileSync(new URL(name, folder), 'utf8')));
  const all: DocumentNode = { kind: Kind.DOCUMENT, definitions: documents.flatMap(({ definitions }) => definitions) };
  const byName = separateOperations(all);

  /** The largest pages that each may ask for. */
  const variablesOf = (ids: { sessionId: string; replyId: string; documentId: string }): Record<string, object> => ({
    Server: {},
    Viewer: {},
    Models: {},
    ModelStatus: {},
    Documents: { first: 100 },
    Document: { id: ids.documentId, first: 100 },
    DocumentText: { id: ids.documentId, length: 100_000 },
    AddDocument: { input: { filename: 'more.txt', text: 'Sleep more.' } },
    ChatSessions: { first: 100 },
    ChatSession: { id: ids.sessionId, last: 60 },
    SessionMessages: { id: ids.sessionId, last: 60 },
    MessageStates: { id: ids.sessionId, last: 100 },
    ChatMessage: { id: ids.replyId },
    SessionDocuments: { id: ids.sessionId },
    SessionMemories: { first: 100 },
    CreateChatSession: { input: { title: 'Another' } },
    UpdateChatSession: { input: { id: ids.sessionId, title: 'Sleep' } },
    RestoreChatSession: { input: { id: ids.sessionId } },
    ChatSessionChanged: { id: ids.sessionId },
    SendMessage: { input: { sessionId: ids.sessionId, content: 'And now?', wait: true } },
    ReplyStream: { messageId: ids.replyId },
    ReplyPrompt: { id: ids.replyId },
    CancelReply: { input: { messageId: ids.replyId } },
    PreviewPrompt: { input: { sessionId: ids.sessionId, content: 'And now?' } },
    SearchDocuments: { input: { query: 'x'.repeat(2_000), first: 100 } },
    SearchMemory: { input: { query: 'sleep', first: 100 } },
    SetLongTermMemory: { input: { sessionId: ids.sessionId, crossSession: true } },
    ForgetMemory: { input: { messageId: ids.replyId } },
    RetryReply: { input: { messageId: ids.replyId } },
    Usage: { since: '2026-01-01T00:00:00Z' },
    Limits: {},
    GenerateReport: { input: { sessionId: ids.sessionId, focus: 'my sleep', wait: true } },
    DeleteDocument: { input: { id: ids.documentId } },
    DeleteChatSession: { input: { id: ids.sessionId } },
    EraseMyData: { input: { confirm: 'alice' } },
  });

  test('every operation of schema/operations is answered, with the largest pages', async ({ alice }) => {
    const { session, reply } = await alice.turn('I cannot sleep.');
    const { id: documentId } = await alice.addDocument('Sleep well.');
    const variables = variablesOf({ sessionId: session.id, replyId: reply.id, documentId });
    expect(Object.keys(byName).sort()).toEqual(Object.keys(variables).sort());
    for (const [name, given] of Object.entries(variables)) {
      const document = byName[name];
      if (!document) throw new Error(`No operation ${name}.`);
      const isSubscription = name === 'ReplyStream' || name === 'ChatSessionChanged';
      const { data, errors } = await answerTo(alice, isSubscription ? 'ws' : 'http', print(document), given);
      // Only the last reply can be written again, and by then there is another.
      const code = name === 'RetryReply' ? 'CONFLICT' : undefined;
      expect([name, errors?.[0]?.extensions.code]).toEqual([name, code]);
      if (!code) expect([name, Object.values(data)[0]]).not.toEqual([name, null]);
    }
  });

  test.for([
    [
      'a page of 50 messages with all that is shown of each',
      `query($id: ID!) { chatSession(id: $id) { ${SESSION} messages(last: 50) { totalCount
         pageInfo { hasPreviousPage startCursor } nodes { ${MESSAGE}
         citations { marker excerpt source { ... on ChatMessage { id seq content createdAt session { id title } } } } } } } }`,
    ],
    [
      'a page of 50 messages, each with what it was based on',
      `query($id: ID!) { chatSession(id: $id) { messages(last: 50) { nodes { ${MESSAGE} prompt { ${MANIFEST} } } } } }`,
    ],
    [
      'a list of 20 sessions, each with its last messages',
      `{ chatSessions(first: 20) { totalCount pageInfo { hasNextPage endCursor }
         nodes { ${SESSION} messages(last: 2) { nodes { ${MESSAGE} } } } } }`,
    ],
    [
      'a search with the sessions of its hits',
      '{ searchMemory(input: { query: "sleep", first: 20 }) { score excerpt message { id content session { id title updatedAt } } } }',
    ],
  ] as const)('%s is answered', async ([, query], { alice }) => {
    const { session } = await alice.turn('I cannot sleep.');
    for (let turn = 0; turn < 3; turn++) await alice.turn(`And turn ${turn}?`, { sessionId: session.id });
    for (const transport of TRANSPORTS) {
      const { errors, data } = await answerTo(alice, transport, query, { id: session.id });
      expect([transport, errors]).toEqual([transport, undefined]);
      expect(JSON.stringify(data)).toContain('I cannot sleep.');
    }
  });

  test('a whole message of 32,000 characters is sent and comes back, also where each is escaped', async ({
    app,
    alice,
  }) => {
    app.model.otherwise(says('Long.'));
    const send = `mutation($input: SendMessageInput!) { sendMessage(input: $input) { message { content } } }`;
    for (const transport of TRANSPORTS) {
      const content = '\u0007'.repeat(31_999).concat(transport.slice(0, 1));
      const instructions = '\u0007'.repeat(7_999).concat('.');
      const short = await answerTo(alice, transport, send, {
        input: { content: `${transport} `.repeat(6_400).trim() },
      });
      expect([transport, short.errors]).toEqual([transport, undefined]);
      const { errors } = await answerTo(alice, transport, send, { input: { content, newSession: { instructions } } });
      // Control characters are many tokens: what is said of them is of the prompt, not of the transport.
      expect(errors?.[0]?.extensions.code ?? 'BUDGET_EXCEEDED').toBe('BUDGET_EXCEEDED');
    }
    await app.idle();
  });
});

describe('what is sent', () => {
  test.for([
    '[]',
    '[{"query":"{ viewer { id } }"}]',
    'null',
    '1',
    '"{ viewer { id } }"',
    '{',
    '',
    '{}',
    '{"query":{}}',
  ])('the body %o is refused, on both paths: one request is one operation', async (body, { app, alice }) => {
    for (const at of ['/graphql', '/graphql/stream']) {
      const response = await post(app, body, authorizationOf(alice), at);
      const answer = await response.text();
      expect([at, response.status, answer]).toEqual([at, 400, expect.stringMatching(/"errors"|POST body|batch/i)]);
      expect(answer).not.toContain('"data"');
    }
    expect(app.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a batch of mutations creates nothing', async ({ app, alice }) => {
    const batch = [{ query: `mutation { ${CREATE} }` }, { query: `mutation { ${CREATE} }` }];
    for (const at of ['/graphql', '/graphql/stream']) await post(app, batch, authorizationOf(alice), at);
    expect(await sessionCount(alice)).toBe(0);
  });

  test('a body of more than 1 MiB is 413 and stores nothing', async ({ app, alice }) => {
    const query = `mutation($input: SendMessageInput!) { sendMessage(input: $input) { session { id } } }`;
    const body = { query, variables: { input: { content: 'x'.repeat(1024 * 1024) } } };
    for (const at of ['/graphql', '/graphql/stream']) {
      const response = await post(app, body, authorizationOf(alice), at);
      expect([at, response.status]).toEqual([at, 413]);
      expect(await response.json()).toMatchObject({ errors: [{ extensions: { code: 'BAD_REQUEST' } }] });
    }
    expect(await sessionCount(alice)).toBe(0);
  });

  test('a frame of more than 256 KiB closes its socket with 1009, one that makes no sense with 4400', async ({
    app,
    alice,
  }) => {
    const closeCodeAfter = async (frame: string) => {
      const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
      await once(socket, 'open');
      socket.send(JSON.stringify({ type: 'connection_init', payload: authorizationOf(alice) }));
      await once(socket, 'message');
      socket.send(frame);
      const [code] = await once(socket, 'close');
      return code;
    };
    const subscribe = (payload: unknown) => JSON.stringify({ id: '1', type: 'subscribe', payload });
    expect(await closeCodeAfter(subscribe({ query: `{ viewer { id } } #${'x'.repeat(256 * 1024)}` }))).toBe(1009);
    for (const frame of ['{', 'null', '[]', subscribe([{ query: '{ viewer { id } }' }]), subscribe({ query: 1 })]) {
      expect([frame, await closeCodeAfter(frame)]).toEqual([frame, 4400]);
    }
    expect(await alice.query('{ viewer { id } }')).toEqual({ viewer: { id: 'alice' } });
  });

  withoutLogin('what a page elsewhere can send without asking first changes nothing', async ({ app }) => {
    const local = await app.viewer('local');
    const query = `mutation { ${CREATE} }`;
    const origin = 'https://evil.example.com';
    const types = [
      'text/plain',
      'text/plain;application/json',
      'application/x-www-form-urlencoded',
      'multipart/form-data; boundary=x',
    ];
    for (const at of ['/graphql', '/graphql/stream']) {
      for (const type of types) {
        const response = await post(app, { query }, { 'content-type': type, origin }, at);
        expect([at, type, response.ok]).toEqual([at, type, false]);
        expect(response.headers.get('access-control-allow-origin')).toBeNull();
      }
      for (const asked of [query, '{ viewer { id } }']) {
        const response = await fetch(`${app.url}${at}?query=${encodeURIComponent(asked)}`, { headers: { origin } });
        expect([at, asked, response.ok]).toEqual([at, asked, false]);
      }
    }
    const asked = await fetch(`${app.url}/graphql?query=${encodeURIComponent(query)}`, {
      headers: { 'apollo-require-preflight': '1' },
    });
    expect(asked.status).toBe(405);
    expect(await sessionCount(local)).toBe(0);
  });

  test('a subscription that is posted is told where to go', async ({ app, alice }) => {
    const query = 'subscription { chatSessionChanged(id: "1") { id } }';
    const response = await post(app, { query }, authorizationOf(alice));
    expect(response.status).toBe(400);
    const message = expect.stringMatching(/WebSocket at \/graphql .*POST \/graphql\/stream/);
    expect(await response.json()).toMatchObject({ errors: [{ message, extensions: { code: 'BAD_REQUEST' } }] });
  });
});

describe('when the database fails', () => {
  test.for(TRANSPORTS)(
    'over %s a bug is masked, and logged once with the request’s id and without content',
    async (transport, { app, alice }) => {
      if (testDialect === 'sqlite') await executeSql(app, 'pragma foreign_keys = off');
      await executeSql(app, 'alter table chat_message rename to lost');
      const content = 'My quokka cannot sleep.';
      const send = 'mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { id } } }';
      const { errors } = await answerTo(alice, transport, send, { input: { content } });
      const { requestId } = errors[0].extensions;
      expect(errors).toEqual([
        {
          message: `Something went wrong here. Request ${requestId}.`,
          locations: expect.anything(),
          path: ['sendMessage'],
          extensions: { code: 'INTERNAL_SERVER_ERROR', requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
        },
      ]);
      const logged = app.lines.filter(({ details }) => details.requestId === requestId);
      const err = testDialect === 'sqlite' ? { name: 'SqliteError', code: 'SQLITE_ERROR' } : { code: '42P01' };
      expect(logged).toMatchObject([{ level: 'error', details: { err } }]);
      expect(JSON.stringify(app.lines)).not.toContain('quokka');

      await executeSql(app, 'alter table lost rename to chat_message');
      if (testDialect === 'sqlite') await executeSql(app, 'pragma foreign_keys = on');
      expect(await sessionCount(alice)).toBe(0);
      expect((await alice.turn(content)).reply.status).toBe('COMPLETE');
    },
  );

  test('one that cannot be written is SERVICE_UNAVAILABLE in plain words, while reading goes on', async ({
    app,
    alice,
  }) => {
    const { session } = await alice.turn('I cannot sleep.');
    await app.idle();
    const allowWriting = await forbidWriting(forkEm(app.running.orm));
    for (const transport of TRANSPORTS) {
      const query = 'mutation($input: UpdateChatSessionInput!) { updateChatSession(input: $input) { session { id } } }';
      const { errors } = await answerTo(alice, transport, query, { input: { id: session.id, title: 'Other' } });
      expect(errors[0]).toMatchObject({
        message: 'The database cannot be used at the moment; try again later.',
        extensions: { code: 'SERVICE_UNAVAILABLE' },
      });
    }
    expect((await alice.session(session.id)).title).toBe('I cannot sleep.');
    await allowWriting();
    expect((await alice.updateSession({ id: session.id, title: 'Other' })).title).toBe('Other');
  });

  const withFile = test
    .extend<{ file: string }>({
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names from here
      file: async ({}, use) => {
        const folder = mkdtempSync(path.join(tmpdir(), 'carryover-guards-'));
        await use(path.join(folder, 'chat.db'));
        rmSync(folder, { recursive: true });
      },
    })
    .extend({ options: async ({ file }, use) => use({ env: { DATABASE_URL: `sqlite:${file}` } }) });

  withFile(
    'one that another program holds is SERVICE_UNAVAILABLE, and trying again sends once',
    async ({ app, alice, file, skip }) => {
      skip(testDialect === 'postgres', 'file');
      const input = { idempotencyKey: 'once' };
      await executeSql(app, 'pragma busy_timeout = 0');
      const other = new Database(file);
      other.exec('begin immediate');
      await expect(alice.turn('I cannot sleep.', input)).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      other.exec('rollback');
      other.close();
      await executeSql(app, 'pragma busy_timeout = 5000');
      const { session, reply } = await alice.turn('I cannot sleep.', input);
      expect([session.messageCount, reply.status]).toEqual([2, 'COMPLETE']);
      expect(await sessionCount(alice)).toBe(1);
    },
  );

  withFile(
    'one whose file was damaged is SERVICE_UNAVAILABLE, and the server is not ready',
    async ({ app, alice, file, skip }) => {
      skip(testDialect === 'postgres', 'file');
      await alice.turn('I cannot sleep.');
      await app.idle();
      await executeSql(app, 'pragma wal_checkpoint(truncate)');
      await executeSql(app, 'pragma cache_size = 0');
      const whole = readFileSync(file);
      writeFileSync(file, Buffer.alloc(whole.length, 'x'));
      const ready = await fetch(`${app.url}/readyz`);
      const { errors } = await alice.ask('{ chatSessions { totalCount } }');
      writeFileSync(file, whole);
      expect(ready.status).toBe(503);
      expect(errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
      expect(await sessionCount(alice)).toBe(1);
    },
  );

  test('one that is gone: the server is up, but not ready', async ({ app }) => {
    const probe = async (at: string) => {
      const response = await fetch(`${app.url}${at}`);
      return [response.status, await response.json()];
    };
    expect(await probe('/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await probe('/readyz')).toEqual([200, { status: 'ready' }]);
    await app.loseDatabase();
    expect(await probe('/healthz')).toEqual([200, { status: 'ok' }]);
    expect(await probe('/readyz')).toEqual([503, { status: 'unavailable', reason: 'The database does not answer.' }]);
  });
});

test('while it drains it is up but not ready, answers questions and takes no new turn', async ({ app, alice }) => {
  const { session } = await alice.turn('I cannot sleep.');
  await app.running.endReplies(0);
  const ready = await fetch(`${app.url}/readyz`);
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { status: 'unavailable', reason: 'The server is stopping.' },
  ]);
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
  expect((await alice.session(session.id)).messageCount).toBe(2);
  for (const transport of TRANSPORTS) {
    const send = 'mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { id } } }';
    const { errors } = await answerTo(alice, transport, send, {
      input: { content: 'Still there?', sessionId: session.id },
    });
    expect([transport, errors[0].extensions.code]).toEqual([transport, 'SERVICE_UNAVAILABLE']);
  }
  expect((await alice.session(session.id)).messageCount).toBe(2);
});
