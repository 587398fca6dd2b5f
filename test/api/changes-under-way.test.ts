import { expect } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { startApp, test } from '../support/app.ts';
import { HashingEmbedder } from '../support/embedders.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';
import type { TestViewer } from '../support/test-viewer.ts';

/** Two sessions that may recall each other; the first holds the word, and both are past their recent turns. */
async function crossingSessions(alice: TestViewer, word: string) {
  const both = { longTermMemory: true, crossSessionMemory: true };
  const { session: told } = await alice.turn(`My landlord is called ${word}.`, { newSession: both });
  const { session: asking } = await alice.turn('I want to plan the week.', { newSession: both });
  return { told, asking };
}

/** What may happen to the session that is recalled, and whether its words may then be sent. */
const changes = [
  { change: 'left alone', isSent: true, make: async () => undefined },
  { change: 'purged', isSent: false, make: (alice: TestViewer, told: string) => alice.remove(told, true) },
  { change: 'deleted', isSent: false, make: (alice: TestViewer, told: string) => alice.remove(told) },
  {
    change: 'switched off',
    isSent: false,
    make: (alice: TestViewer, told: string) => alice.setMemory(told, { enabled: false }),
  },
  { change: 'forgotten', isSent: false, make: (alice: TestViewer, told: string) => alice.forget({ sessionId: told }) },
];

test.for(changes)(
  'what memory found is sent: $isSent, where its session is $change while the question is embedded',
  async ({ make, isSent }, { app, alice }) => {
    const { told, asking } = await crossingSessions(alice, 'Zanzibar');
    await app.idle();
    const held = createGate();
    hashing(app.embedder).before = (texts) =>
      texts.some((text) => text.includes('landlord')) ? held.pass() : undefined;
    const { reply } = await alice.send('Who is my landlord?', { sessionId: asking.id });
    const asked = () => hashing(app.embedder).calls.flat();
    await expect.poll(() => asked().some((text) => text.includes('landlord?'))).toBe(true);
    await make(alice, told.id);
    held.releaseAll();
    await alice.follow(reply.id);
    expect(JSON.stringify(app.model.chats.at(-1)?.body).includes('Zanzibar')).toBe(isSent);
  },
);

test.for(changes)(
  'what memory found is sent: $isSent, where its session is $change while it is condensed',
  async ({ make, isSent }) => {
    const app = await startApp({ env: { SUMMARIZE: 'always' } });
    const alice = await app.viewer('alice');
    const { told, asking } = await crossingSessions(alice, 'Zanzibar');
    await app.idle();
    const held = createGate();
    app.model.next(slowly(['[1] the landlord is called Zanzibar\n'], held));
    const before = app.model.chats.length;
    const { reply } = await alice.send('Who is my landlord?', { sessionId: asking.id });
    await expect.poll(() => app.model.chats.length).toBe(before + 1);
    await make(alice, told.id);
    held.releaseAll();
    await alice.follow(reply.id);
    expect(app.model.chats.length).toBeGreaterThan(before + 1);
    expect(JSON.stringify(app.model.chats.at(-1)?.body).includes('Zanzibar')).toBe(isSent);
    await app.close();
  },
);

test('a search answers without what was purged while its question was embedded', async ({ app, alice }) => {
  const { told } = await crossingSessions(alice, 'Zanzibar');
  await app.idle();
  const held = createGate();
  hashing(app.embedder).before = () => held.pass();
  const searching = alice.searchMemory('landlord', { sessionId: told.id });
  const refused = expect(searching).rejects.toMatchObject({ code: 'NOT_FOUND' });
  await expect.poll(() => hashing(app.embedder).calls.at(-1)).toEqual(['landlord']);
  await alice.remove(told.id, true);
  held.releaseAll();
  await refused;
});

test('a memory that cannot be searched is an error of the search, and a note of the turn', async ({ app, alice }) => {
  const { session } = await alice.turn('My landlord is called Zanzibar.');
  await app.idle();
  await forkEm(app.running.orm).execute('alter table chunk_term rename to chunk_term_away');
  await expect(alice.searchMemory('landlord')).rejects.toMatchObject({ code: 'INTERNAL_SERVER_ERROR' });
  await forkEm(app.running.orm).execute('alter table chunk_term_away rename to chunk_term');
  expect(await alice.searchMemory('landlord', { sessionId: session.id })).not.toEqual([]);
});

test('cancelling while the server stops still answers after the end', async () => {
  const app = await startApp({ env: { DRAIN_SECONDS: '20' } });
  const alice = await app.viewer('alice');
  const gate = createGate();
  app.model.next(slowly(['One ', 'two ', 'three.'], gate));
  const { reply } = await alice.send('Count.');
  gate.release();
  await expect.poll(async () => (await alice.message(reply.id)).content).toContain('One');
  const stopping = app.running.endReplies(20_000);
  expect(await alice.cancel(reply.id)).toMatchObject({ status: 'CANCELLED' });
  gate.releaseAll();
  await stopping;
  await app.close();
});

test('a reply too long to be indexed in one statement is settled and indexed all the same', async () => {
  const app = await startApp({ env: { REPLY_TOKENS: '400000', CHAT_MODELS: 'test-model:900000' } });
  const alice = await app.viewer('alice');
  const text = 'This is one more sentence of a reply that goes on and on without any end in sight. '.repeat(14_000);
  app.model.next(says(text));
  const { reply } = await alice.turn('Go on.');
  expect(reply).toMatchObject({ status: 'COMPLETE', content: text });
  const { chunks } = await db(forkEm(app.running.orm))
    .selectFrom('chunk')
    .select((eb) => eb.fn.countAll<number>().as('chunks'))
    .where('message', '=', reply.id)
    .executeTakeFirstOrThrow();
  expect(chunks).toBeGreaterThan(2_500);
  await app.close();
});

test('a reply that cannot be indexed when it ends is settled, and indexed by a job', async ({ app, alice }) => {
  const gate = createGate();
  app.model.next(slowly(['Breathe slowly.'], gate));
  const { session, reply } = await alice.send('I cannot sleep.');
  gate.release();
  await expect.poll(async () => (await alice.message(reply.id)).content).toBe('Breathe slowly.');
  await forkEm(app.running.orm).execute('alter table chunk_term rename to chunk_term_away');
  gate.releaseAll();
  await alice.follow(reply.id);
  expect(await alice.message(reply.id)).toMatchObject({ status: 'COMPLETE', memory: 'PENDING' });
  await forkEm(app.running.orm).execute('alter table chunk_term_away rename to chunk_term');
  await alice.setMemory(session.id, { enabled: false });
  await alice.setMemory(session.id, { enabled: true });
  await app.idle();
  expect(await alice.message(reply.id)).toMatchObject({ memory: 'INDEXED' });
});

test('what a reply quoted is not found in it once the source is forgotten', async ({ app, alice }) => {
  const { session, message } = await alice.turn('My landlord is called Zanzibar.');
  for (let turn = 0; turn < 7; turn++) await alice.turn(`Budget ${turn}.`, { sessionId: session.id });
  await app.idle();
  app.model.next(says('On 1 May you wrote: “My landlord is called Zanzibar” [1]. ', 'What of it still holds?'));
  const { reply } = await alice.turn('Who is my landlord?', { sessionId: session.id });
  expect(reply.content).toContain('Zanzibar” [1]');
  await alice.forget({ messageId: message.id });
  await app.idle();
  const found = await alice.searchMemory('landlord Zanzibar', { sessionId: session.id, first: 20 });
  expect(JSON.stringify(found.map((hit) => hit.excerpt))).not.toContain('Zanzibar');
});

function hashing(embedder: unknown): HashingEmbedder {
  if (!(embedder instanceof HashingEmbedder)) throw new Error('This app embeds otherwise.');
  return embedder;
}
