import { randomUUID } from 'node:crypto';
import {
  type GraphQLArgument,
  type GraphQLField,
  type GraphQLInputField,
  type GraphQLOutputType,
  getNamedType,
  isInputObjectType,
  isLeafType,
  isObjectType,
  isRequiredArgument,
  isUnionType,
} from 'graphql';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { forkEm } from '../../src/db/orm.ts';
import { createSchema } from '../../src/schema.ts';
import { startApp, type TestApp } from '../support/app.ts';
import { columnsOf, referencesOf, tablesOf } from '../support/database-contents.ts';
import { HashingEmbedder } from '../support/embedders.ts';
import { createGate, fails, says, slowly } from '../support/model-answers.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

/** Stands for the id of a session of Bob's own. */
const HIS_SESSION = 'his session';

/**
 * For every operation, what its arguments are besides the one id that is tried: one set, or several that take different
 * ways. An operation that is not here fails the test, so that none is forgotten.
 */
const OPERATIONS: Record<string, object[]> = {
  'query viewer': [{}],
  'query chatSession': [{}],
  'query chatSessions': [{}, { filter: { state: 'ALL', search: 'zanzibar', tags: ['marzipan'] } }],
  'query chatMessage': [{}],
  'query document': [{}],
  'query documents': [{}],
  'query searchMemory': [{ input: { query: 'What of my saxophone lesson?', first: 10 } }],
  'query searchDocuments': [{ input: { query: 'What of my saxophone lesson?', first: 10 } }],
  'query previewPrompt': [{ input: { content: 'What of my saxophone?' } }],
  'query models': [{}],
  'query modelStatus': [{}],
  'mutation createChatSession': [{ input: { title: 'My week', crossSessionMemory: true } }],
  'mutation updateChatSession': [{ input: { id: HIS_SESSION, title: 'Taken over', instructions: null, tags: [] } }],
  'mutation deleteChatSession': [{ input: {} }, { input: { permanently: true } }],
  'mutation restoreChatSession': [{ input: {} }],
  'mutation sendMessage': [
    { input: { content: 'My saxophone lesson is at noon.', wait: true, idempotencyKey: 'once' } },
    { input: { content: 'And my saxophone?', wait: false } },
  ],
  'mutation cancelReply': [{ input: {} }],
  'mutation retryReply': [{ input: {} }],
  'mutation setLongTermMemory': [{ input: { enabled: false, crossSession: true } }],
  'mutation forgetMemory': [{ input: {} }],
  'mutation generateReport': [
    { input: { focus: 'my saxophone', wait: true, idempotencyKey: 'report' } },
    { input: { since: '2026-01-01T00:00:00Z' } },
  ],
  'mutation addDocument': [{ input: { filename: 'mine.txt', text: 'My saxophone lesson is at noon.' } }],
  'mutation deleteDocument': [{ input: {} }],
  'mutation eraseMyData': [{ input: { confirm: 'alice' } }, { input: { confirm: 'bob' } }],
  'subscription replyStream': [{}, { fromOffset: 3 }],
  'subscription chatSessionChanged': [{}],
};

/** Words that only Alice's rows have. */
const HERS = /zanzibar|quokka|marzipan|ottoline|tambourine|bassoon|piccolo|alice/i;

const schema = createSchema();

interface Operation {
  kind: 'query' | 'mutation' | 'subscription';
  field: GraphQLField<unknown, unknown>;
}

const operations: Operation[] = (['query', 'mutation', 'subscription'] as const).flatMap((kind) => {
  const root = {
    query: schema.getQueryType(),
    mutation: schema.getMutationType(),
    subscription: schema.getSubscriptionType(),
  };
  return Object.values(root[kind]?.getFields() ?? {}).map((field) => ({ kind, field }));
});
const nameOf = ({ kind, field }: Operation) => `${kind} ${field.name}`;

/** The places of ids among arguments: ['input', 'sessionId']. */
function idPaths(inputs: readonly (GraphQLArgument | GraphQLInputField)[], seen: readonly string[] = []): string[][] {
  return inputs.flatMap(({ name, type }) => {
    const named = getNamedType(type);
    if (named.name === 'ID') return [[name]];
    if (!isInputObjectType(named) || seen.includes(named.name)) return [];
    return idPaths(Object.values(named.getFields()), [...seen, named.name]).map((path) => [name, ...path]);
  });
}

/** Everything an operation may show of the type, to a depth at which it is still within the limits. */
function selectionOf(type: GraphQLOutputType, depth = 3): string {
  const named = getNamedType(type);
  if (isLeafType(named)) return '';
  if (isUnionType(named)) {
    return `{ __typename ${named
      .getTypes()
      .map((each) => `... on ${each.name} ${selectionOf(each, depth)}`)
      .join(' ')} }`;
  }
  const fields = isObjectType(named) ? Object.values(named.getFields()) : [];
  const shown = fields
    .filter((field) => !field.args.some(isRequiredArgument))
    .filter((field) => isLeafType(getNamedType(field.type)) || depth > 0)
    // Costly, and enough where a document is asked for by itself.
    .filter((field) => depth === 3 || `${named.name}.${field.name}` !== 'Document.text')
    // One way to a connection's rows is enough, and costs half.
    .filter((field) => field.name !== 'edges')
    .map((field) => `${field.name}${pageOf(field)} ${selectionOf(field.type, depth - 1)}`);
  return `{ __typename ${shown.join(' ')} }`;
}

const pageOf = ({ args }: GraphQLField<unknown, unknown>) =>
  args.some(({ name }) => name === 'first') ? '(first: 3)' : '';

function documentOf({ kind, field }: Operation): string {
  const variables = field.args.map(({ name, type }) => `$${name}: ${type}`).join(', ');
  const given = field.args.map(({ name }) => `${name}: $${name}`).join(', ');
  const call = field.args.length > 0 ? `${field.name}(${given})` : field.name;
  return `${kind}${variables && `(${variables})`} { ${call} ${selectionOf(field.type)} }`;
}

let hisSessionId = '';

/** `others` with `id` at `path`; those with a default get it. */
function variablesWith({ field }: Operation, others: object, path: readonly string[] = [], id = ''): Data {
  const defaults = field.args.flatMap(({ name, defaultValue }) =>
    defaultValue === undefined ? [] : [[name, defaultValue]],
  );
  const given = JSON.parse(JSON.stringify(others).replaceAll(HIS_SESSION, hisSessionId));
  const variables: Data = { ...Object.fromEntries(defaults), ...given };
  const at = path.slice(0, -1).reduce((object, key) => {
    object[key] ??= {};
    return object[key];
  }, variables);
  const last = path.at(-1);
  if (last !== undefined) at[last] = id;
  return variables;
}

const TRANSPORTS = ['http', 'ws', 'sse'] as const;
type Transport = (typeof TRANSPORTS)[number];

/** The first answer, whatever the transport. */
async function answerTo(viewer: TestViewer, transport: Transport, query: string, variables: object): Promise<Data> {
  if (transport === 'http') return viewer.ask(query, variables);
  const answers = viewer.subscribe(query, variables, transport);
  const { value } = await answers.next();
  await answers.return(undefined);
  return value.errors ? value : { data: value };
}

const transportsOf = ({ kind }: Operation): Transport[] => (kind === 'subscription' ? ['ws', 'sse'] : [...TRANSPORTS]);

/** Every row of a viewer's, of every table: those that name the user, and those that hang on one that does. */
async function rowsOf({ running }: TestApp, userId: string): Promise<Record<string, Data[]>> {
  const em = forkEm(running.orm);
  const ask = (sql: string, ...parameters: unknown[]): Promise<Data[]> => em.execute(sql, parameters);
  const tables = await tablesOf(em);
  const namesUser = new Set<string>();
  for (const name of tables) {
    if ((await columnsOf(em, name)).includes('user_id')) namesUser.add(name);
  }
  const references = await referencesOf(em);
  const rows: Record<string, Data[]> = {};
  for (const name of tables) {
    if (namesUser.has(name)) {
      rows[name] = await ask(`select * from ${name} where user_id = ?`, userId);
      continue;
    }
    const reference = references.find(({ child, parent }) => child === name && namesUser.has(parent));
    if (!reference) continue;
    const join = `join ${reference.parent} p on p.${reference.to} = t.${reference.from}`;
    rows[name] = await ask(`select t.* from ${name} t ${join} where p.user_id = ?`, userId);
  }
  // A running reply's lease is renewed as time goes by.
  for (const message of rows.chat_message ?? []) delete message.lease_expires_at;
  return rows;
}

describe('between two viewers', () => {
  let app: TestApp;
  let alice: TestViewer;
  let bob: TestViewer;
  let embedder: HashingEmbedder;
  const gate = createGate();
  /** What is Alice's, by what it is. */
  let hers: Record<string, string>;

  beforeAll(async () => {
    embedder = new HashingEmbedder();
    // One of her replies is being written all the while.
    const patience = { idleTimeoutMs: 600_000 };
    app = await startApp({ embedder, patience, answer: says('The ', 'tambourine ', 'helps.') });
    alice = await app.viewer('alice');
    bob = await app.viewer('bob');
    hisSessionId = (await bob.createSession()).id;
    const about = { title: 'Zanzibar', instructions: 'Say quokka.', tags: ['marzipan'], crossSessionMemory: true };
    const first = await alice.turn('My saxophone lesson with Ottoline is at noon.', {
      newSession: about,
      idempotencyKey: 'once',
    });
    const sessionId = first.session.id;
    const document = await alice.addDocument('My quokka wants a new reed.', 'ottoline.txt');
    await alice.updateSession({ id: sessionId, documentIds: [document.id] });
    const again = await alice.retry(first.reply.id);
    await alice.follow(again.id);
    app.model.next(fails(401));
    const broken = await alice.turn('My bassoon is broken.', { newSession: about });
    const deleted = await alice.turn('My piccolo is lost.', { newSession: about });
    await alice.remove(deleted.session.id);
    app.model.next(slowly(['Tambourine ', 'again.'], gate));
    const running = await alice.send('Tell me of the tambourine.', { newSession: about });
    gate.release();
    await app.running.jobs.idle();
    await vi.waitFor(async () => expect((await rowsOf(app, 'alice')).reply_part).toHaveLength(1));
    app.model.otherwise(says('Noted. ', 'What else?'));
    hers = {
      'her session': sessionId,
      'her document': document.id,
      'her message': first.message.id,
      'her reply': again.id,
      'her superseded reply': first.reply.id,
      'her failed reply': broken.reply.id,
      'her deleted session': deleted.session.id,
      'her reply in a deleted session': deleted.reply.id,
      'her session that is being answered': running.session.id,
      'her reply that is being written': running.reply.id,
    };
  });

  afterAll(async () => {
    gate.releaseAll();
    await app.idle();
    await app.close();
  });

  const malformed = (): Record<string, string> => ({
    nothing: '',
    'a number': '1',
    'no uuid': 'x'.repeat(36),
    'a condition': `' or 1=1 --`,
    'NUL behind her session': `${hers['her session']}\0`,
    'a space behind her session': `${hers['her session']} `,
    'her session in capitals': `${hers['her session']}`.toUpperCase(),
    'her session in braces': `{${hers['her session']}}`,
    'a pattern': '%',
  });

  test('every operation is tried here, and no field of a type takes an id that is not', () => {
    expect(Object.keys(OPERATIONS).sort()).toEqual(operations.map(nameOf).sort());
    const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
    const others = Object.values(schema.getTypeMap()).filter((type) => isObjectType(type) && !roots.includes(type));
    const fields = others.flatMap((type) => (isObjectType(type) ? Object.values(type.getFields()) : []));
    expect(fields.filter((field) => idPaths(field.args).length > 0)).toEqual([]);
  });

  test('what is tried is really hers: with the same ids she gets her words', async () => {
    const reads = operations.filter((each) =>
      ['query chatSession', 'query chatMessage', 'query document'].includes(nameOf(each)),
    );
    for (const [what, id] of Object.entries(hers)) {
      const answers = reads.map((read) => alice.query(documentOf(read), variablesWith(read, {}, ['id'], id)));
      const found = (await Promise.all(answers)).flatMap((data) => Object.values(data)).filter((each) => each !== null);
      expect([what, found.length, JSON.stringify(found)]).toEqual([what, 1, expect.stringMatching(HERS)]);
    }
  });

  const cases = operations.flatMap((operation) =>
    idPaths(operation.field.args).flatMap((path) =>
      (OPERATIONS[nameOf(operation)] ?? []).map((others, way) => ({ operation, path, others, way })),
    ),
  );

  test.each(
    cases.map((each) => ({ ...each, what: `${nameOf(each.operation)}(${each.path.join('.')}) ${each.way + 1}` })),
  )('$what: an id of hers is to Bob as one that nobody has', async ({ operation, path, others }) => {
    const before = await rowsOf(app, 'alice');
    const asked = [app.model.requests.length, embedder.calls.length];
    const document = documentOf(operation);
    for (const transport of transportsOf(operation)) {
      const answerFor = (id: string) => answerTo(bob, transport, document, variablesWith(operation, others, path, id));
      const unknown = await answerFor(randomUUID());
      expect(isAbsence(unknown)).toBe(true);
      for (const [what, id] of Object.entries({ ...hers, ...malformed() })) {
        expect({ transport, what, ...(await answerFor(id)) }).toEqual({ transport, what, ...unknown });
      }
    }
    expect(await rowsOf(app, 'alice')).toEqual(before);
    expect([app.model.requests.length, embedder.calls.length]).toEqual(asked);
  });

  test.each(
    operations
      .map((operation) => ({ operation, what: nameOf(operation) }))
      .filter(({ operation }) => operation.kind !== 'subscription'),
  )('$what: without an id Bob gets nothing of hers', async ({ operation, what }) => {
    const before = await rowsOf(app, 'alice');
    const asked = { model: app.model.requests.length, embedder: embedder.calls.length };
    for (const others of OPERATIONS[what] ?? []) {
      const answer = await bob.ask(documentOf(operation), variablesWith(operation, others));
      expect(answer.errors?.map((error) => error.extensions.code) ?? []).not.toContain('INTERNAL_SERVER_ERROR');
      expect(JSON.stringify(answer)).not.toMatch(HERS);
    }
    await bobsRepliesEnded();
    expect(await rowsOf(app, 'alice')).toEqual(before);
    expect(JSON.stringify(app.model.requests.slice(asked.model).map(({ body }) => body))).not.toMatch(HERS);
    expect(JSON.stringify(embedder.calls.slice(asked.embedder))).not.toMatch(HERS);
  });

  test('with her words, her key, her title and memory across sessions, Bob gets a session and a memory of his own', async () => {
    const before = await rowsOf(app, 'alice');
    const asked = { model: app.model.chats.length, embedder: embedder.calls.length };
    const about = { title: 'My week', crossSessionMemory: true };
    const first = await bob.turn('My saxophone lesson is at noon.', { newSession: about, idempotencyKey: 'same' });
    await bob.turn('My saxophone needs a new reed.', { newSession: about });
    await bobsRepliesEnded();
    const { reply, session } = await bob.turn('When is my saxophone lesson?', { newSession: about });
    await bobsRepliesEnded();

    const manifest = await bob.manifest(reply.id);
    const sources = manifest.sections.flatMap((section: Data) =>
      section.items.flatMap((item: Data) => item.source?.id ?? []),
    );
    expect(sources).toContain(first.message.id);
    expect(Object.values(hers).filter((id) => sources.includes(id))).toEqual([]);
    const shown = [manifest, await bob.searchMemory('saxophone lesson', { first: 50 }), await bob.session(session.id)];
    expect(JSON.stringify(shown)).not.toMatch(HERS);
    expect(JSON.stringify(app.model.chats.slice(asked.model).map(({ body }) => body))).not.toMatch(HERS);
    expect(JSON.stringify(embedder.calls.slice(asked.embedder))).not.toMatch(HERS);
    expect(await rowsOf(app, 'alice')).toEqual(before);
    expect(Object.values(await rowsOf(app, 'bob')).flat().length).toBeGreaterThan(10);
    expect(JSON.stringify(await rowsOf(app, 'bob'))).not.toMatch(HERS);
  });

  test('the same request with the same key is hers for her, and Bob’s for Bob', async () => {
    const request = { idempotencyKey: 'the same for both' };
    const [a, b] = [await alice.turn('I play the violin.', request), await bob.turn('I play the violin.', request)];
    expect(b.session.id).not.toBe(a.session.id);
    const [again, bobsAgain] = [
      await alice.turn('I play the violin.', request),
      await bob.turn('I play the violin.', request),
    ];
    expect([again.reply.id, bobsAgain.reply.id]).toEqual([a.reply.id, b.reply.id]);
    await expect(bob.turn('I play the cello.', request)).rejects.toMatchObject({ code: 'CONFLICT' });
  });

  test('her cursors open no door: Bob pages through his own sessions and messages only', async () => {
    const cursorsOf = (viewer: TestViewer): Promise<Data> =>
      viewer.query('{ chatSessions(filter: { state: ALL }) { edges { cursor node { id } } } }');
    const { edges } = (await cursorsOf(alice)).chatSessions;
    expect(edges.length).toBeGreaterThan(3);
    const his = new Set((await cursorsOf(bob)).chatSessions.edges.map((edge: Data) => edge.node.id));
    for (const { cursor } of edges) {
      const page = await bob.query(
        `query($after: String) { chatSessions(after: $after, filter: { state: ALL }) { nodes { id title } totalCount } }`,
        { after: cursor },
      );
      expect(page.chatSessions.nodes.filter((node: Data) => !his.has(node.id))).toEqual([]);
      expect(page.chatSessions.totalCount).toBe(his.size);
    }
  });

  /** Alice's reply goes on being written, so `app.idle()` would wait for it. */
  async function bobsRepliesEnded(): Promise<void> {
    const bobs = () => app.running.replies.all().filter((running) => running.userId === 'bob');
    await Promise.all(bobs().map((running) => running.ended));
    await app.running.jobs.idle();
  }
});

/** Null, or NOT_FOUND and nothing else. */
function isAbsence({ data, errors }: Data): boolean {
  if (!errors) return Object.values(data ?? {}).every((value) => value === null);
  const isEmpty = Object.values(data ?? {}).every((value) => value === null);
  return isEmpty && errors.every((error: Data) => error.extensions.code === 'NOT_FOUND');
}
