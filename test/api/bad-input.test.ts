import { describe, expect } from 'vitest';
import { type AppOptions, startApp, test } from '../support/app.ts';
import type { Data, TestViewer } from '../support/test-viewer.ts';

const NOBODY = '018f0000-0000-7000-8000-000000000000';
const MALFORMED = [
  '',
  ' ',
  'nonsense',
  '1',
  `${NOBODY} `,
  `${NOBODY}0`,
  "' or 1=1 --",
  '\0',
  '\uD800',
  '🙂'.repeat(500),
];
const HALF = '\uD83D';

/** What makes text unfit to be kept or shown. */
const UNFIT = [
  ['NUL', 'a\0b'],
  ['the first half of a character', `a${HALF}`],
  ['the second half of a character', '\uDE00b'],
] as const;

/** What the server says to `attempt`; fails where it is taken. */
async function errorOf(attempt: Promise<unknown>): Promise<Data> {
  const outcome = await attempt.then(
    () => null,
    (error: Data) => error,
  );
  expect(outcome, 'It was taken.').not.toBeNull();
  return outcome;
}

/** A code, a sentence that can be shown, and the fields at fault by name. */
async function expectRefused(attempt: Promise<unknown>, ...fields: string[]): Promise<void> {
  const error = await errorOf(attempt);
  expect(error).toMatchObject({ code: 'BAD_USER_INPUT', message: 'Some fields are not valid.' });
  expect(Object.keys(error.fields).sort()).toEqual(fields.sort());
  for (const [field, told] of Object.entries(error.fields)) expect(told).toContain(field.split('.').at(-1));
}

const roomy = test.extend<{ options: AppOptions }>({
  options: { env: { CHAT_MODELS: 'test-model:200000', PROMPT_TOKENS: '100000' } },
});

/** All of a viewer's that a client can see. */
const everything = (viewer: TestViewer) =>
  viewer.sessions(
    { first: 50, filter: { state: 'ALL' } },
    'id title titleIsAutomatic instructions tags model updatedAt messages(last: 20) { nodes { id content } }',
  );

describe('content', () => {
  roomy('of 32,000 characters is taken, whatever they are', async ({ alice }) => {
    const { id } = await alice.createSession();
    for (const content of [
      'I slept badly again, and the day was long. '.repeat(800).slice(0, 32_000),
      '🙂'.repeat(16_000),
      'a'.repeat(32_000),
    ]) {
      expect(content).toHaveLength(32_000);
      const { message, reply } = await alice.turn(content, { sessionId: id });
      expect((await alice.message(message.id)).content).toBe(content);
      expect(reply.status).toBe('COMPLETE');
    }
  });

  const refused = [
    ['nothing', ''],
    ['spaces', '   '],
    ['white space of all kinds', ' \t\r\n\u00A0\u2003\u3000\uFEFF'],
    ['32,001 letters', 'a'.repeat(32_001)],
    ['as many that take two units each', '🙂'.repeat(16_001)],
    ['signs that only change how others look', `a${'\uFE0F'.repeat(32_000)}`],
    ['pairs of them with such signs', '☺\uFE0F'.repeat(16_001)],
    ['half a million letters', 'a'.repeat(500_000)],
    ...UNFIT,
  ] as const;

  test.for(refused)('of %s is refused, with nothing stored', async ([_, content], { app, alice }) => {
    const { id } = await alice.createSession({ title: 'Kept' });
    const before = await everything(alice);
    await expectRefused(alice.send(content, { sessionId: id }), 'content');
    await expectRefused(alice.send(content, { sessionId: id, idempotencyKey: 'k', wait: true }), 'content');
    await expectRefused(alice.send(content), 'content');
    expect(await everything(alice)).toEqual(before);
    expect(app.model.requests).toEqual([]);
    // Nor has it used the key.
    await alice.turn('Hello', { sessionId: id, idempotencyKey: 'k' });
  });

  test('beyond what a request may hold is refused before it is read', async ({ app, alice }) => {
    const response = await fetch(`${app.url}/graphql`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: alice.authorization ?? '' },
      body: JSON.stringify({
        query: 'mutation($c: String!) { sendMessage(input: { content: $c }) { reply { id } } }',
        variables: { c: 'a'.repeat(1_100_000) },
      }),
    });
    expect(response.status).toBe(413);
    expect((await alice.sessions()).totalCount).toBe(0);
  });
});

describe('an idempotency key', () => {
  test.for([
    ['nothing', ''],
    ['201 letters', 'a'.repeat(201)],
    ['more units than letters', '🙂'.repeat(101)],
    ...UNFIT,
  ] as const)('of %s is refused', async ([_, idempotencyKey], { alice }) => {
    await expectRefused(alice.send('Hello', { idempotencyKey }), 'idempotencyKey');
    expect((await alice.sessions()).totalCount).toBe(0);
  });

  test('of 200 letters is taken', async ({ alice }) => {
    await alice.turn('Hello', { idempotencyKey: 'a'.repeat(200) });
  });
});

describe('what a session is made of', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, n) => `tag ${n}`);
  const refused: [string, object, string][] = [
    ['an empty title', { title: '' }, 'title'],
    ['a title of white space', { title: ' \n ' }, 'title'],
    ['a title of 201 letters', { title: 'a'.repeat(201) }, 'title'],
    ['a title of 202 units', { title: '🙂'.repeat(101) }, 'title'],
    ['a title with endless signs', { title: `a${'\uFE0F'.repeat(300)}` }, 'title'],
    ['a title of null', { title: null }, 'title'],
    ['a model of null', { model: null }, 'model'],
    ['tags of null', { tags: null }, 'tags'],
    ['instructions of 8,001 letters', { instructions: 'a'.repeat(8_001) }, 'instructions'],
    ['21 tags', { tags: tags(21) }, 'tags'],
    ['a tag of 51 letters', { tags: ['a', 'a'.repeat(51)] }, 'tags'],
    ['a tag of 52 units', { tags: ['🙂'.repeat(26)] }, 'tags'],
    ['an empty tag', { tags: ['a', ''] }, 'tags'],
    ['a tag of white space', { tags: ['  '] }, 'tags'],
    ...UNFIT.flatMap(([name, text]): [string, object, string][] => [
      [`a title with ${name}`, { title: text }, 'title'],
      [`instructions with ${name}`, { instructions: text }, 'instructions'],
      [`a tag with ${name}`, { tags: [text] }, 'tags'],
    ]),
  ];

  test.for(refused)('is refused with %s, and nothing is stored', async ([_, input, field], { alice }) => {
    const { id } = await alice.createSession({ title: 'Kept', tags: ['kept'], instructions: 'Kept.' });
    const before = await everything(alice);
    await expectRefused(alice.createSession(input), field);
    await expectRefused(alice.updateSession({ id, ...input }), field);
    await expectRefused(alice.send('Hello', { newSession: input }), `newSession.${field}`);
    expect(await everything(alice)).toEqual(before);
  });

  test('may be as long as it may be', async ({ alice }) => {
    const longest = { title: 'a'.repeat(200), tags: tags(20), instructions: 'a'.repeat(8_000) };
    expect(await alice.createSession(longest)).toMatchObject(longest);
    const tag = '🙂'.repeat(25);
    expect(await alice.createSession({ title: '🙂'.repeat(100), tags: [tag] })).toMatchObject({ tags: [tag] });
  });

  test('is refused with all that is wrong at once', async ({ alice }) => {
    const { id } = await alice.createSession();
    const wrong = { title: '', instructions: 'a\0', tags: [''] };
    await expectRefused(alice.createSession(wrong), 'instructions', 'tags', 'title');
    await expectRefused(alice.updateSession({ id, ...wrong }), 'instructions', 'tags', 'title');
    await expectRefused(
      alice.send(' ', { idempotencyKey: '', newSession: wrong }),
      'content',
      'idempotencyKey',
      'newSession.instructions',
      'newSession.tags',
      'newSession.title',
    );
  });

  test.for(['gpt-nonsense', '', 'TEST-MODEL', 'a\0', HALF])(
    'cannot be a model that is not offered: %j',
    async (model, { alice }) => {
      const { id } = await alice.createSession();
      const before = await everything(alice);
      for (const attempt of [
        () => alice.createSession({ model }),
        () => alice.updateSession({ id, title: 'x', model }),
        () => alice.send('Hello', { newSession: { model } }),
      ])
        expect(await errorOf(attempt())).toMatchObject({
          code: 'MODEL_UNAVAILABLE',
          message: 'This model is not offered here.',
        });
      expect(await everything(alice)).toEqual(before);
    },
  );

  test('is not changed by an update that names nothing', async ({ alice }) => {
    const { id } = await alice.createSession();
    expect(await errorOf(alice.updateSession({ id }))).toMatchObject({ code: 'BAD_USER_INPUT' });
  });
});

describe('an id', () => {
  test.for([NOBODY, NOBODY.toUpperCase(), ...MALFORMED])(
    'that names nothing is null or NOT_FOUND: %j',
    async (id, { app, alice }) => {
      expect(await alice.session(id)).toBeNull();
      expect(await alice.message(id)).toBeNull();
      for (const attempt of [
        () => alice.updateSession({ id, title: 'x' }),
        () => alice.remove(id),
        () => alice.remove(id, true),
        () => alice.restore(id),
        () => alice.setMemory(id, { enabled: true }),
        () => alice.send('Hello', { sessionId: id }),
        () => alice.send('Hello', { sessionId: id, idempotencyKey: 'k' }),
        () => alice.cancel(id),
        () => alice.retry(id),
        () => alice.forget({ sessionId: id }),
        () => alice.forget({ messageId: id }),
        () => alice.searchMemory('Hello', { sessionId: id }),
        () => alice.preview(id, 'Hello'),
      ])
        expect(await errorOf(attempt())).toMatchObject({
          code: 'NOT_FOUND',
          message: expect.stringMatching(/^No such (session|message)\.$/),
        });
      for (const transport of ['ws', 'sse'] as const) {
        expect((await alice.follow(id, 0, transport)).events).toMatchObject([
          { errors: [{ extensions: { code: 'NOT_FOUND' } }] },
        ]);
      }
      expect(app.lines.filter(({ level }) => level === 'error')).toEqual([]);
      expect((await alice.sessions()).totalCount).toBe(0);
    },
  );

  test('that no row can have never reaches the database', async () => {
    const app = await startApp();
    try {
      const alice = await app.viewer('alice');
      // What needs the database fails from here on.
      await app.running.jobs.stop();
      await app.loseDatabase();
      expect(await errorOf(alice.session(NOBODY))).not.toMatchObject({ code: 'NOT_FOUND' });
      for (const id of MALFORMED) {
        expect(await alice.session(id)).toBeNull();
        expect(await alice.message(id)).toBeNull();
        for (const attempt of [
          () => alice.updateSession({ id, title: 'x' }),
          () => alice.remove(id),
          () => alice.remove(id, true),
          () => alice.send('Hello', { sessionId: id }),
          () => alice.cancel(id),
          () => alice.retry(id),
        ])
          expect(await errorOf(attempt())).toMatchObject({ code: 'NOT_FOUND' });
      }
    } finally {
      await app.close();
    }
  });
});

describe('a page', () => {
  const cursor = (text: string) => Buffer.from(text).toString('base64url');
  const notCursors = [
    '',
    'nonsense',
    '%%%',
    cursor('seq'),
    cursor('seq 0'),
    cursor('seq -1'),
    cursor('seq 1.5'),
    cursor('seq 99999999999999999999'),
    cursor("seq 1' or 1=1"),
    cursor(`1 ${NOBODY}'`),
    cursor(`x ${NOBODY}`),
    cursor(`99999999999999999999 ${NOBODY}`),
    '\0',
    HALF,
    'a'.repeat(10_000),
  ];

  test.for(notCursors)('cannot begin at what is no cursor: %j', async (nothing, { alice }) => {
    const { session } = await alice.turn('Hello');
    await expectRefused(alice.sessions({ after: nothing }), 'after');
    const page = (args: string) =>
      alice.query(`query($id: ID!, $c: String) { chatSession(id: $id) { messages(${args}) { nodes { id } } } }`, {
        id: session.id,
        c: nothing,
      });
    await expectRefused(page('after: $c'), 'after');
    await expectRefused(page('before: $c'), 'before');
    await expectRefused(page('first: 1, after: $c'), 'after');
  });

  test('cannot begin at a cursor of another list', async ({ alice }) => {
    const { session, message } = await alice.turn('Hello');
    const ofSessions = (await alice.sessions()).pageInfo.endCursor;
    await expectRefused(alice.sessions({ after: (await alice.message(message.id)).cursor }), 'after');
    await expectRefused(alice.messages(session.id, `(after: "${ofSessions}")`), 'after');
  });

  test.for([0, -1, 101, 1000, 2_147_483_647])('cannot have %i entries', async (count, { alice }) => {
    const { id } = await alice.createSession();
    const few = (args: string) => alice.query(`{ chatSession(id: "${id}") { messages(${args}) { totalCount } } }`);
    for (const [attempt, field] of [
      [() => alice.query(`{ chatSessions(first: ${count}) { totalCount } }`), 'first'],
      [() => few(`first: ${count}`), 'first'],
      [() => few(`last: ${count}`), 'last'],
    ] as const) {
      const error = await errorOf(attempt());
      // What is asked of so many entries may be too much before their number is looked at.
      if (error.code === 'QUERY_TOO_COMPLEX') expect(count).toBeGreaterThan(101);
      else expect(error).toMatchObject({ code: 'BAD_USER_INPUT', fields: { [field]: expect.any(String) } });
    }
  });

  test('cannot be the first and the last at once', async ({ alice }) => {
    const { id } = await alice.createSession();
    await expectRefused(alice.messages(id, '(first: 1, last: 1)'), 'last');
  });

  test.for([
    ['21 tags', { tags: Array.from({ length: 21 }, (_, n) => `${n}`) }, 'filter.tags'],
    ['a tag too long', { tags: ['a'.repeat(51)] }, 'filter.tags'],
    ['a tag with NUL', { tags: ['\0'] }, 'filter.tags'],
    ['a search too long', { search: 'a'.repeat(201) }, 'filter.search'],
    ['a search with NUL', { search: '\0' }, 'filter.search'],
    ['a search with half a character', { search: HALF }, 'filter.search'],
  ] as const)('cannot be filtered by %s', async ([_, filter, field], { alice }) => {
    await alice.createSession();
    await expectRefused(alice.sessions({ filter }), field);
  });
});

test('fields that the schema requires, or does not know, are named in a sentence', async ({ alice }) => {
  for (const [input, named] of [
    [{}, 'content'],
    [{ content: null }, 'content'],
    [{ content: 'Hello', wait: null }, 'wait'],
    [{ content: 'Hello', nonsense: 1 }, 'nonsense'],
    [{ content: 'Hello', newSession: { longTermMemory: null } }, 'longTermMemory'],
  ] as const) {
    const answer = await alice.ask(
      'mutation($input: SendMessageInput!) { sendMessage(input: $input) { reply { id } } }',
      {
        input,
      },
    );
    expect(answer.errors?.[0]?.message).toContain(named);
    expect(answer.errors?.[0]?.extensions.code).toBe('BAD_USER_INPUT');
  }
  expect((await alice.sessions()).totalCount).toBe(0);
});
