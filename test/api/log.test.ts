import { expect, onTestFinished } from 'vitest';
import { createLogger } from '../../src/logger.ts';
import { startApp, test } from '../support/app.ts';
import { HashingEmbedder } from '../support/embedders.ts';
import { docxFile, encryptedPdf, pdfFile } from '../support/files.ts';
import { disconnectsAfter, errsAfter, fails, says, sendsGarbageAfter } from '../support/model-answers.ts';
import { refuse } from '../support/refuse.ts';
import { testDialect } from '../support/test-database.ts';

/** Words that somebody wrote, or that speak of what somebody wrote. */
const WORD = 'zorbulon';

test('no line of the log holds a word of anybody, whatever fails', async () => {
  const embedder = new HashingEmbedder();
  const app = await startApp({ embedder, env: { LOG_LEVEL: 'debug', SUMMARIZE: 'always' } });
  onTestFinished(() => app.close());
  const alice = await app.viewer('alice');
  const newSession = { title: `My ${WORD}`, instructions: `Be a ${WORD}.`, tags: [WORD], crossSessionMemory: true };
  app.model.otherwise(says(`A ${WORD}.`));
  const { session } = await alice.turn(`My ${WORD} hurts.`, { newSession, idempotencyKey: WORD });

  // Models that fail, and say what they were given.
  const message = `You said: my ${WORD} hurts.`;
  for (const answer of [
    fails(400, { message }),
    fails(401, { message }),
    errsAfter(WORD),
    sendsGarbageAfter(WORD),
    disconnectsAfter(WORD),
  ]) {
    app.model.next(answer);
    await alice.turn(`My ${WORD} again.`, { sessionId: session.id });
  }
  // Jobs that fail, and quote.
  embedder.before = () => {
    throw Object.assign(new TypeError(`Cannot embed "${WORD}"`), { code: `no ${WORD}`, cause: new Error(WORD) });
  };
  await alice.turn(`One more ${WORD}.`, { sessionId: session.id });
  await alice.searchMemory(`Where is my ${WORD}?`);

  // Requests that are wrong.
  await alice.ask(`query ${WORD.slice(0, 4)} { chatSession(id: "${WORD}") { ${WORD} } }`);
  await alice.ask(`{ chatSession(id: "${WORD}`);
  await alice.ask('query($id: ID!) { chatSession(id: $id) { id } }', { id: { [WORD]: WORD } });
  await alice.ask('mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { id } } }', {
    input: { content: WORD, sessionId: WORD, model: WORD },
  });
  await alice.createSession({ model: WORD }).catch(() => undefined);
  await fetch(`${app.url}/${WORD}?q=${WORD}`);
  await fetch(`${app.url}/graphql?query=${encodeURIComponent(`{ chatSession(id: "${WORD}") { id } }`)}`);
  await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: `{"${WORD}`,
  });

  // A database that fails, on what was to be written.
  for (const table of ['chat_session', 'chat_message', 'chunk']) {
    const takeAgain = await refuse(app.running, { table, before: 'insert', says: `no ${WORD} here` });
    await alice
      .turn(`And one more ${WORD}.`, table === 'chat_session' ? { newSession } : { sessionId: session.id })
      .catch(() => undefined);
    await alice.updateSession({ id: session.id, title: `Another ${WORD}` });
    await takeAgain();
  }
  await app.running.replies.idle();

  const text = JSON.stringify(app.lines);
  expect(text).not.toContain(WORD);
  // What was looked for is there: failures of each kind, with their places, and the requests.
  expect(app.lines.map((line) => line.message)).toEqual(
    expect.arrayContaining([
      'unexpected error',
      'the model failed',
      'jobs not done',
      'the question could not be embedded',
      'request',
      'reply ended',
    ]),
  );
  expect(app.lines.filter((line) => line.message === 'unexpected error').map((line) => line.details)).toContainEqual(
    expect.objectContaining({
      requestId: expect.any(String),
      err: expect.objectContaining({
        code: testDialect === 'postgres' ? 'P0001' : 'SQLITE_CONSTRAINT_TRIGGER',
        at: expect.arrayContaining([expect.stringContaining('/src/')]),
      }),
    }),
  );
});

test('nor of a document, of what it is called, of a report or of a name, whatever fails', async () => {
  const embedder = new HashingEmbedder();
  const app = await startApp({ embedder, env: { LOG_LEVEL: 'debug', SUMMARIZE: 'always' } });
  onTestFinished(() => app.close());
  const alice = await app.viewer('alice');
  app.model.otherwise(says(`IN BRIEF\nA ${WORD} [1].\n`));
  app.model.nextTitles(says(`A ${WORD}`), fails(400, { message: WORD }), errsAfter(WORD));

  // Files that are read, and files that cannot be.
  const { document } = await alice.upload(`${WORD}.txt`, `My ${WORD} hurts. `.repeat(30));
  for (const [name, file] of [
    ['a.pdf', pdfFile([[WORD]])],
    ['b.pdf', encryptedPdf()],
    ['c.pdf', pdfFile([[WORD, WORD]]).subarray(0, 200)],
    ['d.docx', docxFile([WORD]).subarray(0, 300)],
    [WORD, Buffer.from([0, 1, 2, 3, 200])],
  ] as const) {
    await alice.upload(`${WORD}-${name}`, file);
  }
  await app.idle();
  const { session } = await alice.turn(`My ${WORD}?`, { newSession: { documentIds: [document.id] } });
  await alice.turn(`Another ${WORD}?`);
  await alice.searchDocuments(WORD);
  await alice.report({ focus: WORD, documentIds: [document.id], wait: true });
  app.model.next(fails(400, { message: WORD }));
  await alice.report({ focus: WORD, sessionId: session.id, wait: true });
  await app.idle();

  // A database that fails, on what was to be written.
  for (const table of ['document', 'document_content', 'chunk', 'prompt_manifest', 'usage_entry']) {
    const takeAgain = await refuse(app.running, { table, before: 'insert', says: `no ${WORD} here` });
    await alice.upload(`${WORD}-${table}.txt`, `${WORD} in ${table}`);
    await alice.addDocument(`${WORD} also in ${table}`, `${WORD}-${table}.md`).catch(() => undefined);
    await alice.searchDocuments(WORD).catch(() => undefined);
    // A reply whose end cannot be stored waits for the database.
    if (table !== 'usage_entry') await alice.report({ focus: WORD, wait: true });
    await takeAgain();
  }
  embedder.before = () => {
    throw new TypeError(`Cannot embed "${WORD}"`);
  };
  await alice.addDocument(`A last ${WORD}`, `${WORD}-last.md`);
  await app.idle();

  expect(JSON.stringify(app.lines)).not.toContain(WORD);
  expect(app.lines.map((line) => line.message)).toEqual(
    expect.arrayContaining([
      ...['document indexed', 'document unreadable', 'embedded', 'jobs not done', 'a session could not be named'],
      ...['could not be condensed', 'the model failed', 'unexpected error'],
      'unexpected error while a reply was written',
    ]),
  );
});

test('each request has one line, with its id, its operation, how it ended and how long it took', async () => {
  const app = await startApp({ env: { LOG_LEVEL: 'debug' } });
  onTestFinished(() => app.close());
  const alice = await app.viewer('alice');
  const requests = () => app.lines.filter((line) => line.message === 'request').map((line) => line.details);
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: alice.authorization ?? '' },
    body: JSON.stringify({
      query: 'query Mine($id: ID!) { viewer { id } chatMessage(id: $id) { id } }',
      variables: { id: 'x' },
    }),
  });
  await expect.poll(requests).toEqual([
    {
      requestId: response.headers.get('x-request-id'),
      method: 'POST',
      route: '/graphql',
      status: 200,
      durationMs: expect.any(Number),
      operation: 'Mine',
      codes: [],
    },
  ]);
  await alice.ask('mutation Rename { updateChatSession(input: { id: "x", title: "y" }) { session { id } } }');
  await expect.poll(requests).toHaveLength(2);
  expect(requests()[1]).toMatchObject({ operation: 'Rename', codes: ['NOT_FOUND'] });
  await fetch(`${app.url}/healthz?who=alice`);
  await expect.poll(requests).toHaveLength(3);
  expect(requests()[2]).toMatchObject({ route: '/healthz', status: 200, method: 'GET' });
  for (const transport of ['ws', 'sse'] as const) {
    const changes = alice.subscribe('subscription Follow { chatSessionChanged(id: "x") { id } }', {}, transport);
    await changes.next();
    await changes.return(undefined);
  }
  await expect.poll(requests).toHaveLength(5);
  expect(requests()[3]).toMatchObject({ route: 'socket', operation: 'Follow', codes: ['NOT_FOUND'] });
  expect(requests()[4]).toMatchObject({ route: '/graphql/stream', operation: 'Follow' });
});

test('what a request caused is logged with its id, also after it was answered', async () => {
  const app = await startApp({
    env: { SUMMARIZE: 'always', RECENT_TURNS: '0' },
    answer: says('[1] A knee that hurts.'),
  });
  onTestFinished(() => app.close());
  const alice = await app.viewer('alice');
  const { session } = await alice.turn('My knee hurts.');
  const send = `mutation { sendMessage(input: { sessionId: "${session.id}", content: "What of my knee?" }) { reply { id } } }`;
  const response = await fetch(`${app.url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: alice.authorization ?? '' },
    body: JSON.stringify({ query: send }),
  });
  const requestId = response.headers.get('x-request-id');
  await app.idle();
  const caused = app.lines.filter(({ details }) => details.requestId === requestId);
  expect(caused.map(({ message }) => message)).toEqual([
    'retrieval',
    'condensed',
    'prompt',
    'model called',
    'reply ended',
  ]);
});

test('what is printed of an error is its name, code and place, and its message only if it is ours', () => {
  const lines: string[] = [];
  const log = createLogger('info', { write: (line: string) => void lines.push(line) });
  const quoting = new SyntaxError(
    `Unexpected token, "    at ${WORD} (/${WORD}:1:1)\n    at ${WORD} (/${WORD}:1:1)" is not valid JSON`,
  );
  log.error({ err: Object.assign(quoting, { code: 'SQLITE_BUSY', cause: new RangeError(WORD) }) }, 'it failed');
  const [line = ''] = lines;
  expect(line).not.toContain(WORD);
  expect(JSON.parse(line)).toMatchObject({
    msg: 'it failed',
    err: {
      name: 'SyntaxError',
      code: 'SQLITE_BUSY',
      causedBy: 'RangeError',
      at: expect.arrayContaining([expect.stringContaining('log.test.ts')]),
    },
  });
});
