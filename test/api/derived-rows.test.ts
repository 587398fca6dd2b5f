import { expect, onTestFinished, test } from 'vitest';
import { forkEm } from '../../src/db/orm.ts';
import { hashingEmbedder, startApp, type TestApp } from '../support/app.ts';
import { allRows, tablesWith, timesInFiles } from '../support/database-contents.ts';
import { answers, createGate, says } from '../support/model-answers.ts';
import { keptDatabase, testDialect } from '../support/test-database.ts';
import { type Data, itemsOf, type TestViewer } from '../support/test-viewer.ts';

/** A word that is its own stem and that nothing else here holds. */
const SENTINEL = 'zorbulon';

interface World {
  app: TestApp;
  alice: TestViewer;
  /** The tables in which the word stands. */
  tablesWithIt(): Promise<string[]>;
  /** How often it stands in the files of the database; PostgreSQL looks after its own. */
  timesInFiles(): number;
}

/** A server on a database in a directory of its own, that condenses whatever it recalls. */
async function startWorld(): Promise<World> {
  const database = await keptDatabase();
  const app = await startApp({
    database,
    env: { SUMMARIZE: 'always' },
    answer: answers(({ body }) => {
      const marker = new RegExp(`\\[(\\d+)\\] "[^"\\n]*${SENTINEL}`, 'i').exec(
        body.messages.at(-1)?.content ?? '',
      )?.[1];
      return says(marker ? `[${marker}] a ${SENTINEL}, in short` : 'I hear you.');
    }),
  });
  onTestFinished(() => app.close());
  const tablesWithIt = async () => tablesWith(await allRows(app), [SENTINEL]);
  const inFiles = () => Object.values(database.folder === null ? {} : timesInFiles(database.folder, [SENTINEL]));
  return {
    ...{ app, alice: await app.viewer('alice'), tablesWithIt },
    timesInFiles: () => inFiles().reduce((sum, times) => sum + times, 0),
  };
}

/** A session in which the word was said in the second turn, so that no title has it; recalled, and condensed. */
async function sessionWithIt({ app, alice }: World, input: object = {}) {
  const { session } = await alice.turn('Hello.', { newSession: input });
  const sessionId: string = session.id;
  const { message, reply } = await alice.turn(`My secret is a ${SENTINEL}.`, { sessionId });
  for (let turn = 0; turn < 7; turn++) await alice.turn(`Meeting ${turn}.`, { sessionId });
  await app.idle();
  return { sessionId, message, reply };
}

test('a message that is forgotten stays in its session, and nowhere else', async () => {
  const world = await startWorld();
  const { app, alice, tablesWithIt } = world;
  const { sessionId, message, reply } = await sessionWithIt(world);
  const asked = await alice.turn('What was my secret?', { sessionId });
  expect(itemsOf(await alice.manifest(asked.reply.id), 'MEMORY').map((item) => item.source.id)).toContain(message.id);
  expect(await tablesWithIt()).toEqual(['chat_message', 'chunk', 'chunk_term', 'summary']);

  const { calls } = hashingEmbedder(app);
  calls.length = 0;
  expect(await alice.forget({ messageId: message.id })).toBe(1);
  expect(await tablesWithIt()).toEqual(['chat_message']);
  await app.idle();
  expect(await tablesWithIt()).toEqual(['chat_message']);
  // The reply after it was embedded with its words, and is again, with those of the message that now stands before it.
  expect(calls.flat()).toEqual(['I hear you. I hear you.']);
  expect((await alice.message(reply.id)).memory).toBe('INDEXED');
  await alice.turn('What was my secret?', { sessionId });
  const [system] = app.model.chats.at(-1)?.body.messages ?? [];
  expect(system?.content).not.toContain(SENTINEL);
});

test('a session that is forgotten stays, and nothing made of it', async () => {
  const world = await startWorld();
  const { app, alice, tablesWithIt } = world;
  const { sessionId } = await sessionWithIt(world);
  await alice.turn('What was my secret?', { sessionId });
  expect(await alice.forget({ sessionId })).toBe(20);
  await app.idle();
  expect(await tablesWithIt()).toEqual(['chat_message']);
  const em = forkEm(app.running.orm);
  for (const table of ['chunk', 'chunk_term', 'summary', 'job'])
    expect(await em.execute(`select * from "${table}"`)).toEqual([]);
});

test('a reply that is written again leaves nothing but its row', async () => {
  const world = await startWorld();
  const { app, alice, tablesWithIt } = world;
  app.model.next(says(`Have you thought of a ${SENTINEL}?`));
  const { session, reply } = await alice.turn('What could I do?');
  await app.idle();
  expect(await tablesWithIt()).toEqual(['chat_message', 'chunk', 'chunk_term']);
  const again = await alice.retry(reply.id);
  await alice.follow(again.id);
  await app.idle();
  expect(await tablesWithIt()).toEqual(['chat_message']);
  expect((await alice.message(reply.id)).memory).toBe('NOT_RECORDED');
  expect((await alice.searchMemory(SENTINEL)).map((hit: Data) => hit.message.id)).not.toContain(reply.id);
  const { sections } = await alice.preview(session.id, 'And then?');
  expect(JSON.stringify(sections)).not.toContain(SENTINEL);
});

test('a session that is deleted for good is gone from every table and from the files, also where others recalled it', async () => {
  const world = await startWorld();
  const { app, alice, tablesWithIt, timesInFiles } = world;
  const { sessionId } = await sessionWithIt(world, {
    crossSessionMemory: true,
    title: `About the ${SENTINEL}`,
    instructions: `Speak of the ${SENTINEL}.`,
    tags: [SENTINEL],
  });
  await alice.turn('What was my secret?', { sessionId });
  const other = await alice.turn('What was my secret?', { newSession: { crossSessionMemory: true } });
  await app.idle();
  expect(await tablesWithIt()).toEqual([
    'chat_message',
    'chat_session',
    'chunk',
    'chunk_term',
    'instructions_text',
    'summary',
  ]);
  if (testDialect === 'sqlite') expect(timesInFiles()).toBeGreaterThan(0);
  const before = await alice.manifest(other.reply.id);
  expect(JSON.stringify(before)).toContain(SENTINEL);
  const usage = await alice.query('{ viewer { id } }');
  expect(usage.viewer.id).toBe('alice');

  await alice.remove(sessionId, true);
  expect(await tablesWithIt()).toEqual([]);
  expect(timesInFiles()).toBe(0);
  await app.idle();
  expect(await tablesWithIt()).toEqual([]);
  const after = await alice.manifest(other.reply.id);
  expect(after.requestHash).toBe(before.requestHash);
  expect(JSON.stringify(after)).not.toContain(SENTINEL);
  expect(after.messages[0].content).toContain('[deleted]');
});

test('a document that is deleted is gone from every table and from the files, its name too', async () => {
  const world = await startWorld();
  const { app, alice, tablesWithIt, timesInFiles } = world;
  const document = await alice.addDocument(`My secret is a ${SENTINEL}.\n\nI keep it safe.`, `${SENTINEL}.md`);
  await app.idle();
  const newSession = { documentIds: [document.id] };
  const { reply, session } = await alice.turn('What was my secret?', { newSession });
  const before = await alice.manifest(reply.id);
  expect(before.messages[0].content).toMatch(new RegExp(`${SENTINEL}\\.md”: a ${SENTINEL}, in short$`));
  const pending = await alice.addDocument('A long story.', `${SENTINEL}-story.md`);
  await alice.updateSession({ id: session.id, documentIds: [document.id, pending.id] });
  await alice.turn('And where is it?', { sessionId: session.id });
  await app.idle();
  expect(await tablesWithIt()).toEqual(['chunk', 'chunk_term', 'document', 'document_content', 'summary']);

  await alice.deleteDocument(document.id);
  await alice.deleteDocument(pending.id);
  expect(await tablesWithIt()).toEqual([]);
  expect(timesInFiles()).toBe(0);
  const after = await alice.manifest(reply.id);
  expect(after.requestHash).toBe(before.requestHash);
  expect(JSON.stringify(after)).not.toContain(SENTINEL);
  expect(after.messages[0].content.endsWith('\n\n[deleted]')).toBe(true);
});

test('a job that is running when its session is deleted for good brings nothing back', async () => {
  const world = await startWorld();
  const { app, alice, tablesWithIt, timesInFiles } = world;
  const held = createGate();
  const { calls } = hashingEmbedder(app);
  hashingEmbedder(app).before = () => held.pass();
  const { session } = await alice.turn(`My secret is a ${SENTINEL}.`);
  await expect.poll(() => calls.flat().join()).toContain(SENTINEL);
  await alice.remove(session.id, true);
  held.releaseAll();
  await app.idle();
  expect(await tablesWithIt()).toEqual([]);
  expect(timesInFiles()).toBe(0);
  expect(await forkEm(app.running.orm).execute('select * from job')).toEqual([]);
});

test('no log line holds a word of it', async () => {
  const world = await startWorld();
  const { sessionId } = await sessionWithIt(world);
  await world.alice.turn(`Where is the ${SENTINEL}?`, { sessionId });
  await world.alice.addDocument(`A ${SENTINEL}.`, `${SENTINEL}.md`);
  await world.app.idle();
  await world.alice.searchMemory(SENTINEL);
  await world.alice.searchDocuments(SENTINEL);
  await world.app.idle();
  expect(world.app.lines.length).toBeGreaterThan(0);
  expect(JSON.stringify(world.app.lines)).not.toContain(SENTINEL);
});
