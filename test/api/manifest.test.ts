import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import fc from 'fast-check';
import { describe, expect, onTestFinished } from 'vitest';
import { forkEm } from '../../src/db/orm.ts';
import { ModelError } from '../../src/models/chat-model.ts';
import { hashingEmbedder, startApp, type TestApp, test } from '../support/app.ts';
import { tablesOf } from '../support/database-contents.ts';
import { says } from '../support/model-answers.ts';
import { type Data, itemsOf, type TestViewer } from '../support/test-viewer.ts';

const SECTIONS = ['INSTRUCTIONS', 'DOCUMENTS', 'MEMORY', 'RECENT_TURNS', 'USER_MESSAGE'];

const hashOf = (messages: object[]) =>
  createHash('sha256')
    .update(String(canonicalize(messages)))
    .digest('hex');

/** As the model server got them. */
const sentTo = (app: TestApp) => app.model.chats.at(-1)?.body.messages ?? [];
const inLowerCase = (messages: Data[]) =>
  messages.map(({ role, content }: Data) => ({ role: role.toLowerCase(), content }));

/** A session with a zebra in its first turn, far out of the recent ones. */
async function longSession(app: TestApp, alice: TestViewer, input: object = {}): Promise<string> {
  const { session } = await alice.turn('The zebra sang in the morning.', { newSession: input });
  for (let turn = 0; turn < 8; turn++) await alice.turn(`Meeting number ${turn} was long.`, { sessionId: session.id });
  await app.idle();
  return session.id;
}

async function rowsOf(app: TestApp): Promise<Record<string, number>> {
  const em = forkEm(app.running.orm);
  const counts: Record<string, number> = {};
  for (const name of await tablesOf(em)) {
    const [row] = await em.execute<{ rows: number }[]>(`select count(*) as rows from "${name}"`);
    counts[name] = row?.rows ?? 0;
  }
  return counts;
}

describe('a stored manifest', () => {
  test('shows what the model server received, byte for byte, under its hash', async ({ app, alice }) => {
    const instructions = 'Be brief.\r\n</session_instructions> “quoted” [1]\u2028é 👩‍👩‍👧';
    const sessionId = await longSession(app, alice, { instructions });
    await alice.turn('  A “zebra” said: [1] is 2 > 1?\n\tYes 👍🏽 – naïve.  ', { sessionId });
    const contents = ['What did the zebra sing?', 'And\r\nthen? \u2028 “[2]” <b>\\"bold\\"</b>', '🦓'.repeat(300)];
    for (const content of contents) {
      const { reply } = await alice.turn(content, { sessionId });
      const sent = sentTo(app);
      const manifest = await alice.manifest(reply.id);
      expect(inLowerCase(manifest.messages)).toEqual(sent);
      expect(manifest.requestHash).toBe(hashOf(sent));
      expect(sent.at(-1)).toEqual({ role: 'user', content });
      await app.idle();
    }
    // Long after, it still does.
    const { nodes } = await alice.messages(
      sessionId,
      '',
      'id role content prompt { requestHash messages { role content } }',
    );
    for (const { prompt } of nodes.filter((node: Data) => node.role === 'ASSISTANT'))
      expect(hashOf(inLowerCase(prompt.messages))).toBe(prompt.requestHash);
  });

  test('always has the five sections in order, whose tokens add up', async ({ app, alice }) => {
    const sessionId = await longSession(app, alice);
    const { reply } = await alice.turn('Where did the zebra sing?', { sessionId });
    const { nodes } = await alice.messages(sessionId, '(first: 2)', 'id');
    for (const manifest of [await alice.manifest(reply.id), await alice.manifest(nodes[1].id)]) {
      expect(manifest.sections.map((section: Data) => section.kind)).toEqual(SECTIONS);
      const sum = manifest.sections.reduce((tokens: number, section: Data) => tokens + section.tokens, 0);
      expect(manifest.usedTokens).toBe(sum);
      expect(manifest.usedTokens).toBeLessThanOrEqual(manifest.budgetTokens);
      expect(manifest.budgetTokens + manifest.replyTokens).toBeLessThanOrEqual(manifest.contextWindowTokens);
    }
  });

  test('says of every item what became of it, and why where it was left out', async ({ app, alice }) => {
    const sessionId = await longSession(app, alice);
    await alice.turn('A zebra again.', { sessionId });
    await app.idle();
    const { reply, message } = await alice.turn('Where did the zebra sing?', { sessionId });
    const manifest = await alice.manifest(reply.id);
    const all = manifest.sections.flatMap((section: Data) => section.items);
    for (const { decision, reason, tokens } of all) {
      if (decision === 'INCLUDED') expect(reason).toBeNull();
      else expect(reason).toMatch(/^[A-Z].*\.$/);
      expect(tokens).toBeGreaterThan(0);
    }
    const memory = itemsOf(manifest, 'MEMORY');
    expect(memory).toContainEqual(
      expect.objectContaining({ decision: 'INCLUDED', excerpt: 'The zebra sang in the morning.' }),
    );
    expect(memory).toContainEqual(
      expect.objectContaining({
        decision: 'DROPPED',
        reason: 'The recent turns hold it already.',
        excerpt: 'A zebra again.',
      }),
    );
    for (const { score } of memory) {
      expect(score).toBeGreaterThanOrEqual(0);
      expect(score).toBeLessThanOrEqual(1);
    }
    expect(itemsOf(manifest, 'RECENT_TURNS').every((item) => item.score === null)).toBe(true);
    expect(itemsOf(manifest, 'INSTRUCTIONS')).toMatchObject([{ source: null, decision: 'INCLUDED' }]);
    expect(itemsOf(manifest, 'USER_MESSAGE')).toMatchObject([{ source: { id: message.id }, decision: 'INCLUDED' }]);
  });

  test('clamps scores: what all speaks for scores 1, no more', async ({ app, alice }) => {
    const { session } = await alice.turn('Zebra, always zebra. '.repeat(18));
    for (let turn = 0; turn < 7; turn++) await alice.turn(`Meeting ${turn}.`, { sessionId: session.id });
    await app.idle();
    const scores = itemsOf(await alice.preview(session.id, 'Always zebra?'), 'MEMORY').map((item) => item.score);
    expect(Math.max(...scores)).toBe(1);
    expect((await alice.searchMemory('Always zebra?'))[0].score).toBe(1);
  });

  test('is null for what a person wrote, which cites nothing either', async ({ alice }) => {
    const { message } = await alice.turn('As I said in [1].');
    expect(await alice.message(message.id, 'prompt { requestHash } citations { marker }')).toEqual({
      prompt: null,
      citations: [],
    });
  });

  test('notes that the question could not be embedded; memory goes on by words', async ({ app, alice }) => {
    const sessionId = await longSession(app, alice);
    hashingEmbedder(app).before = ([text]) => {
      if (text === 'Where did the zebra sing?') throw new ModelError('MODEL_UNAVAILABLE', 'Away.', true);
    };
    const { reply } = await alice.turn('Where did the zebra sing?', { sessionId });
    const manifest = await alice.manifest(reply.id);
    expect(reply.status).toBe('COMPLETE');
    expect(manifest.notes).toEqual([expect.stringContaining('could not be embedded')]);
    expect(itemsOf(manifest, 'MEMORY')[0].excerpt).toBe('The zebra sang in the morning.');
  });

  test('of another session reads [deleted] where what it recalled was purged; the hash stays', async ({
    app,
    alice,
  }) => {
    const crossing = { crossSessionMemory: true };
    const gone = await alice.turn('The zebra sang in the morning.', { newSession: crossing });
    await app.idle();
    app.model.next(says('You heard a zebra [1].'));
    const { reply } = await alice.turn('Where did the zebra sing?', { newSession: crossing });
    const before = await alice.manifest(reply.id);
    const citation = async () =>
      (await alice.message(reply.id, 'citations { marker excerpt source { __typename } }')).citations;
    expect(itemsOf(before, 'MEMORY')[0].source.id).toBe(gone.message.id);
    expect(await citation()).toMatchObject([{ marker: 1, excerpt: 'The zebra sang in the morning.' }]);

    await alice.remove(gone.session.id, true);
    const after = await alice.manifest(reply.id);
    expect(after.requestHash).toBe(before.requestHash);
    expect(itemsOf(after, 'MEMORY')[0]).toEqual({
      ...itemsOf(before, 'MEMORY')[0],
      source: null,
      excerpt: '[deleted]',
    });
    expect(after.messages[0].content).toContain('“[deleted]”');
    expect(JSON.stringify(after)).not.toContain('in the morning');
    expect(after.messages.at(-1)).toEqual(before.messages.at(-1));
    expect(await citation()).toEqual([{ marker: 1, excerpt: '[deleted]', source: null }]);
  });
});

describe('citations', () => {
  test('resolve the markers that were given, once each and in order, and no others', async ({ app, alice }) => {
    const sessionId = await longSession(app, alice);
    app.model.next(says('In the morning [2, 1]', ', as [1] says', ', and [77] and [0].'));
    const { reply } = await alice.turn('Where did the zebra sing at the meeting?', { sessionId });
    const fields =
      'content citations { marker excerpt source { ... on ChatMessage { id content } } } prompt { notes sections { items { marker excerpt } } }';
    const { content, citations, prompt } = await alice.message(reply.id, fields);
    expect(content).toBe('In the morning [2, 1], as [1] says, and and.');
    expect(citations.map((citation: Data) => citation.marker)).toEqual([1, 2]);
    expect(prompt.notes).toEqual([expect.stringContaining('2 markers')]);
    const lines = sentTo(app)[0]?.content.split('\n') ?? [];
    for (const { marker, excerpt, source } of citations) {
      expect(lines.find((line) => line.startsWith(`[${marker}] `))).toContain(`“${excerpt}”`);
      expect(source.content).toContain(excerpt);
      const items = prompt.sections.flatMap((section: Data) => section.items);
      expect(items.filter((item: Data) => item.marker === marker)).toEqual([{ marker, excerpt }]);
    }
  });

  test('are none where nothing was recalled, whatever the model writes', async ({ app, alice }) => {
    app.model.next(says('As you said [1].'));
    const { reply } = await alice.turn('Hello.');
    expect(await alice.message(reply.id, 'content citations { marker }')).toEqual({
      content: 'As you said.',
      citations: [],
    });
  });
});

describe('previewPrompt', () => {
  test('is what sendMessage then sends', async ({ app, alice }) => {
    const word = fc.constantFrom(
      ...'run knee sleep river bread boss train garden money letter summer child'.split(' '),
    );
    const text = (min: number, max: number) =>
      fc.array(word, { minLength: min, maxLength: max }).map((words) => words.join(' '));
    // Few words and many messages: what the question itself would add to the scores decides about hits at the edge.
    const [said, asked] = [
      fc.sample(text(2, 12), { numRuns: 20, seed: 5 }),
      fc.sample(text(2, 8), { numRuns: 25, seed: 6 }),
    ];
    const { session } = await alice.turn('Hello.');
    for (const content of said) await alice.turn(content, { sessionId: session.id });
    for (const content of [...asked, 'Why?', 'And then?']) {
      await app.idle();
      const preview = await alice.preview(session.id, content);
      const { reply } = await alice.turn(content, { sessionId: session.id });
      const sent = await alice.manifest(reply.id);
      expect(preview.messages).toEqual(sent.messages);
      const { messages: _, sections: previewed, ...numbers } = preview;
      expect(sent).toMatchObject(numbers);
      const scoresOf = (sections: Data[]) =>
        sections.map(({ items, ...section }) => ({
          ...section,
          // Sums of the same numbers, in the order in which the database gave them.
          items: items.map(({ source: _, score, ...item }: Data) => ({ ...item, score: score?.toFixed(9) })),
        }));
      expect(scoresOf(sent.sections)).toEqual(scoresOf(previewed));
    }
  });

  test('stores nothing but the usage of an embedding, and calls no chat model', async ({ app, alice }) => {
    const sessionId = await longSession(app, alice);
    const before = await rowsOf(app);
    const chats = app.model.chats.length;
    const session = await alice.session(sessionId);
    const preview = await alice.preview(sessionId, 'Where did the zebra sing?');
    expect(itemsOf(preview, 'MEMORY').length).toBeGreaterThan(0);
    expect(await rowsOf(app)).toEqual({ ...before, usage_entry: (before.usage_entry ?? 0) + 1 });
    expect(app.model.chats.length).toBe(chats);
    const { usage: _, ...after } = await alice.session(sessionId);
    expect(session).toMatchObject(after);
    const [booked] = await forkEm(app.running.orm).execute<Data[]>(
      'select purpose from usage_entry order by created_at desc, id desc limit 1',
    );
    expect(booked.purpose).toBe('EMBEDDING');
  });

  test('notes where it would condense, and condenses nothing', async () => {
    const app = await startApp({ env: { SUMMARIZE: 'always' } });
    onTestFinished(() => app.close());
    const alice = await app.viewer('alice');
    const sessionId = await longSession(app, alice);
    const chats = app.model.chats.length;
    const preview = await alice.preview(sessionId, 'Where did the zebra sing?');
    expect(preview.notes).toEqual([expect.stringContaining('would be condensed')]);
    expect(preview.sections.every((section: Data) => !section.summarized)).toBe(true);
    expect(app.model.chats.length).toBe(chats);
  });

  test('refuses what sendMessage would refuse', async ({ alice, bob }) => {
    const { id } = await alice.createSession();
    for (const content of ['', ' \n ', 'x'.repeat(32_001), 'nul \0', 'half \udc00'])
      await expect(alice.preview(id, content)).rejects.toMatchObject({ code: 'BAD_USER_INPUT' });
    for (const [viewer, sessionId] of [
      [bob, id],
      [alice, 'nonsense'],
    ] as const)
      await expect(viewer.preview(sessionId, 'Hello.')).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await alice.remove(id);
    await expect(alice.preview(id, 'Hello.')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });
});

describe('a small budget', () => {
  test.for([800, 900, 1_000, 1_300, 2_000])('of %i tokens is never exceeded, and every cut is told', async (tokens) => {
    const app = await startApp({ env: { PROMPT_TOKENS: String(tokens) } });
    onTestFinished(() => app.close());
    const alice = await app.viewer('alice');
    const { session } = await alice.turn(
      `The zebra sang. ${'It sang of the river and of bread. '.repeat(60)}`.slice(0, 300),
    );
    for (let turn = 0; turn < 8; turn++)
      await alice.turn(`Zebra ${turn}: ${'we walked along the river and ate bread. '.repeat(1 + (turn % 4))}`, {
        sessionId: session.id,
      });
    await app.idle();
    const { reply } = await alice.turn('Where did the zebra sing?', { sessionId: session.id });
    const manifest = await alice.manifest(reply.id);
    expect(manifest.budgetTokens).toBe(tokens);
    expect(manifest.usedTokens).toBeLessThanOrEqual(tokens);
    expect(inLowerCase(manifest.messages)).toEqual(sentTo(app));
    expect(manifest.sections.map((section: Data) => section.kind)).toEqual(SECTIONS);
    const items: Data[] = manifest.sections.flatMap((section: Data) => section.items);
    for (const { decision, reason } of items) expect(reason === null).toBe(decision === 'INCLUDED');
    if (tokens <= 900) expect(items.some(({ decision }) => decision !== 'INCLUDED')).toBe(true);
  });

  test('that the question alone exceeds is refused, and nothing is stored', async () => {
    const app = await startApp({ env: { PROMPT_TOKENS: '900' } });
    onTestFinished(() => app.close());
    const alice = await app.viewer('alice');
    const { id } = await alice.createSession();
    const before = await rowsOf(app);
    const long = 'river bread '.repeat(500);
    for (const attempt of [
      () => alice.preview(id, long),
      () => alice.turn(long, { sessionId: id }),
      () => alice.turn(long),
    ])
      await expect(attempt()).rejects.toMatchObject({
        code: 'BUDGET_EXCEEDED',
        budgetTokens: 900,
        tokens: expect.any(Number),
      });
    expect(await rowsOf(app)).toEqual(before);
  });
});
