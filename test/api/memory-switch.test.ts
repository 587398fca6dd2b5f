import { describe, expect } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { hashingEmbedder, type TestApp, test } from '../support/app.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';
import { recordStatements } from '../support/record-statements.ts';
import { type Data, itemsOf, SESSION, type TestViewer } from '../support/test-viewer.ts';

const chunksOf = (app: TestApp) =>
  db(forkEm(app.running.orm)).selectFrom('chunk').select(['message', 'position', 'text', 'embeddingModel']).execute();
/** Of memory: what names the session is none of it. */
const jobsOf = (app: TestApp) =>
  db(forkEm(app.running.orm)).selectFrom('job').selectAll().where('task', '!=', 'title-session').execute();
const statesOf = async (viewer: TestViewer, sessionId: string): Promise<string[]> =>
  (await viewer.messages(sessionId)).nodes.map((node: Data) => node.memory);

/** A session of `turns` turns in which a zebra was spoken of first, all indexed. */
async function zebraSession(app: TestApp, viewer: TestViewer, input: object = {}, turns = 8) {
  const { session, message } = await viewer.turn('The zebra sang in the morning.', { newSession: input });
  for (let turn = 1; turn < turns; turn++) await viewer.turn(`Meeting number ${turn}.`, { sessionId: session.id });
  await app.idle();
  return { sessionId: session.id as string, messageId: message.id as string };
}

describe('off', () => {
  test('nothing is recalled, and the recent turns are what they were', async ({ app, alice }) => {
    const { sessionId, messageId } = await zebraSession(app, alice);
    const on = await alice.preview(sessionId, 'Where did the zebra sing?');
    expect(itemsOf(on, 'MEMORY').map((item) => item.source.id)).toContain(messageId);

    await alice.setMemory(sessionId, { enabled: false });
    const off = await alice.preview(sessionId, 'Where did the zebra sing?');
    expect(itemsOf(off, 'MEMORY')).toEqual([]);
    expect(off.notes).toEqual([expect.stringContaining('memory is off')]);
    expect(itemsOf(off, 'RECENT_TURNS')).toEqual(itemsOf(on, 'RECENT_TURNS'));
    expect(off.messages[0].content).not.toContain('zebra');

    const { reply } = await alice.turn('Where did the zebra sing?', { sessionId });
    const { requestHash, notes } = await alice.manifest(reply.id);
    expect({ requestHash, notes }).toEqual({ requestHash: off.requestHash, notes: off.notes });
  });

  test('nothing is recorded: no chunk, no job, no embedding, no usage of one', async ({ app, alice }) => {
    const { session, message, reply } = await alice.turn('The zebra sang.', { newSession: { longTermMemory: false } });
    await app.idle();
    expect(await chunksOf(app)).toEqual([]);
    expect(await jobsOf(app)).toEqual([]);
    expect(app.embedder).toMatchObject({ calls: [] });
    for (const { id } of [message, reply]) expect((await alice.message(id)).memory).toBe('NOT_RECORDED');
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 0, pending: 0, failed: 0 });
    expect(await alice.searchMemory('zebra')).toEqual([]);
  });

  test('what was recorded is out of reach at once: states, counts and searches say so', async ({ app, alice }) => {
    const { sessionId } = await zebraSession(app, alice, {}, 2);
    expect(await statesOf(alice, sessionId)).toEqual(['INDEXED', 'INDEXED', 'INDEXED', 'INDEXED']);
    expect((await alice.session(sessionId)).memory).toEqual({ indexed: 4, pending: 0, failed: 0 });
    expect(await alice.searchMemory('zebra', { sessionId })).not.toEqual([]);

    const session = await alice.setMemory(sessionId, { enabled: false });
    expect(session).toMatchObject({ longTermMemory: false, memory: { indexed: 0, pending: 0, failed: 0 } });
    expect(await statesOf(alice, sessionId)).toEqual(Array(4).fill('NOT_RECORDED'));
    expect(await alice.searchMemory('zebra', { sessionId })).toEqual([]);
    expect(await alice.searchMemory('zebra')).toEqual([]);
  });
});

describe('on again', () => {
  test('what was written meanwhile is indexed, each message once, and what was there is not indexed again', async ({
    app,
    alice,
  }) => {
    const { sessionId } = await zebraSession(app, alice, {}, 2);
    const before = await chunksOf(app);
    await alice.setMemory(sessionId, { enabled: false });
    await alice.turn('The walrus danced.', { sessionId });

    const session = await alice.setMemory(sessionId, { enabled: true });
    expect(session.memory.indexed + session.memory.pending).toBe(6);
    await app.idle();
    expect((await alice.session(sessionId)).memory).toEqual({ indexed: 6, pending: 0, failed: 0 });
    const chunks = await chunksOf(app);
    expect(chunks).toHaveLength(6);
    expect(chunks).toEqual(expect.arrayContaining(before));
    expect((await alice.searchMemory('walrus'))[0].message.content).toBe('The walrus danced.');

    // Once more changes nothing.
    await alice.setMemory(sessionId, { enabled: false });
    await alice.setMemory(sessionId, { enabled: true });
    await app.idle();
    expect(await chunksOf(app)).toEqual(chunks);
    expect(await jobsOf(app)).toEqual([]);
  });

  test('more than one batch is caught up with', async ({ app, alice }) => {
    const { session } = await alice.turn('One.', { newSession: { longTermMemory: false } });
    for (let turn = 0; turn < 30; turn++) await alice.turn(`Turn ${turn} of many.`, { sessionId: session.id });
    await alice.setMemory(session.id, { enabled: true });
    await app.idle();
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 62, pending: 0, failed: 0 });
  });

  test('what was forgotten stays forgotten, also when it was forgotten while off', async ({ app, alice }) => {
    const { sessionId, messageId } = await zebraSession(app, alice, {}, 2);
    await alice.forget({ messageId });
    await alice.setMemory(sessionId, { enabled: false });
    const { message } = await alice.turn('The walrus danced.', { sessionId });
    await alice.forget({ messageId: message.id });
    await alice.setMemory(sessionId, { enabled: true });
    await app.idle();
    const states = await statesOf(alice, sessionId);
    expect(states).toEqual(['NOT_RECORDED', 'INDEXED', 'INDEXED', 'INDEXED', 'NOT_RECORDED', 'INDEXED']);
    expect((await chunksOf(app)).map((chunk) => chunk.message)).not.toContain(message.id);
    for (const query of ['zebra', 'walrus'])
      expect((await alice.searchMemory(query)).map((hit) => hit.message.content).join()).not.toMatch(query);
  });

  test('failed and superseded replies are not caught up with', async ({ app, alice }) => {
    const { session, reply } = await alice.turn('The zebra sang.', { newSession: { longTermMemory: false } });
    await alice.retry(reply.id);
    await app.idle();
    await alice.setMemory(session.id, { enabled: true });
    await app.idle();
    expect(await statesOf(alice, session.id)).toEqual(['INDEXED', 'NOT_RECORDED', 'INDEXED']);
  });
});

describe('switching at a bad moment', () => {
  test('off while a reply is running: the reply is not recorded; on while it is running: it is', async ({
    app,
    alice,
  }) => {
    const gate = createGate();
    app.model.next(slowly(['The walrus danced.'], gate));
    const { session, reply } = await alice.send('The zebra sang.');
    expect((await alice.message(reply.id)).memory).toBe('PENDING');
    await alice.setMemory(session.id, { enabled: false });
    expect((await alice.message(reply.id)).memory).toBe('NOT_RECORDED');
    gate.releaseAll();
    await alice.follow(reply.id);
    await app.idle();
    expect((await chunksOf(app)).map((chunk) => chunk.text)).toEqual(['The zebra sang.']);

    const again = createGate();
    app.model.next(slowly(['The tiger wept.'], again));
    const second = await alice.send('And then?', { sessionId: session.id });
    await alice.setMemory(session.id, { enabled: true });
    again.releaseAll();
    await alice.follow(second.reply.id);
    await app.idle();
    expect((await chunksOf(app)).map((chunk) => chunk.text).sort()).toEqual([
      'And then?',
      'The tiger wept.',
      'The walrus danced.',
      'The zebra sang.',
    ]);
    expect(await statesOf(alice, session.id)).toEqual(Array(4).fill('INDEXED'));
  });

  test('off, on, off and on again while messages are embedded: each is indexed and embedded once', async ({
    app,
    alice,
  }) => {
    const hashing = hashingEmbedder(app);
    const held = createGate();
    hashing.before = () => held.pass();
    const { session } = await alice.turn('The zebra sang.');
    await expect.poll(() => hashing.calls.length).toBe(1);
    for (const enabled of [false, true, false, true]) await alice.setMemory(session.id, { enabled });
    held.releaseAll();
    await app.idle();
    expect(await statesOf(alice, session.id)).toEqual(['INDEXED', 'INDEXED']);
    expect((await chunksOf(app)).map((chunk) => chunk.position)).toEqual([0, 0]);
    // What was being embedded when memory went off is thrown away.
    expect(hashing.calls.flat().filter((text) => text === 'The zebra sang.')).toHaveLength(2);
    expect(await jobsOf(app)).toEqual([]);
  });

  test('off before an embedding is stored: nothing more goes to the model until it is on again', async ({
    app,
    alice,
  }) => {
    const hashing = hashingEmbedder(app);
    const held = createGate();
    hashing.before = () => held.pass();
    const { session } = await alice.turn('The zebra sang.');
    await expect.poll(() => hashing.calls.length).toBe(1);
    await alice.setMemory(session.id, { enabled: false });
    expect(await jobsOf(app)).toEqual([]);
    held.releaseAll();
    await app.idle();
    expect(hashing.calls).toHaveLength(1);

    await alice.setMemory(session.id, { enabled: true });
    await app.idle();
    expect(await statesOf(alice, session.id)).toEqual(['INDEXED', 'INDEXED']);
  });

  test('off before the job that catches up has run: it records nothing', async ({ app, alice }) => {
    const { session } = await alice.turn('The zebra sang.', { newSession: { longTermMemory: false } });
    for (const enabled of [true, false]) await alice.setMemory(session.id, { enabled });
    await app.idle();
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 0, pending: 0, failed: 0 });
    await alice.setMemory(session.id, { enabled: true });
    await app.idle();
    expect((await alice.session(session.id)).memory).toEqual({ indexed: 2, pending: 0, failed: 0 });
  });
});

describe('the mutation', () => {
  test('asks for at least one of the two switches', async ({ alice }) => {
    const { id } = await alice.createSession();
    for (const input of [{}, { enabled: null }, { enabled: null, crossSession: null }]) {
      await expect(alice.setMemory(id, input)).rejects.toMatchObject({
        code: 'BAD_USER_INPUT',
        fields: { enabled: expect.any(String) },
      });
    }
    expect(await alice.session(id)).toMatchObject({ longTermMemory: true, crossSessionMemory: false });
  });

  test('leaves the switch that is null or absent as it is', async ({ alice }) => {
    const { id } = await alice.createSession();
    expect(await alice.setMemory(id, { crossSession: true })).toMatchObject({
      longTermMemory: true,
      crossSessionMemory: true,
    });
    expect(await alice.setMemory(id, { enabled: false, crossSession: null })).toMatchObject({
      longTermMemory: false,
      crossSessionMemory: true,
    });
  });

  test("is not found for another viewer's session, a deleted one and none", async ({ alice, bob }) => {
    const { id } = await alice.createSession();
    await expect(bob.setMemory(id, { enabled: false })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await expect(alice.setMemory('nonsense', { enabled: false })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    await alice.remove(id);
    await expect(alice.setMemory(id, { enabled: false })).rejects.toMatchObject({ code: 'NOT_FOUND' });
    expect((await alice.session(id)).longTermMemory).toBe(true);
  });

  test('moves no updatedAt', async ({ alice }) => {
    const { id, updatedAt } = await alice.createSession();
    expect((await alice.setMemory(id, { enabled: false, crossSession: true })).updatedAt).toBe(updatedAt);
  });

  test('that sets what is set writes nothing and tells nobody', async ({ app, alice }) => {
    const { sessionId } = await zebraSession(app, alice, {}, 1);
    const changes = alice.subscribe(`subscription($id: ID!) { chatSessionChanged(id: $id) { ${SESSION} } }`, {
      id: sessionId,
    });
    const next = async (): Promise<Data> => (await changes.next()).value.chatSessionChanged;
    expect((await next()).longTermMemory).toBe(true);
    const executed = await recordStatements(app.running);

    expect(await alice.setMemory(sessionId, { enabled: true, crossSession: false })).toMatchObject({
      longTermMemory: true,
      memory: { indexed: 2, pending: 0 },
    });
    expect(executed.length).toBeGreaterThan(0);
    expect(executed.filter(({ sql }) => /^\W*(insert|update|delete)\b/.test(sql))).toEqual([]);
    const rung: string[] = [];
    const told = app.running.bell.next(sessionId, new AbortController().signal, 60_000).then(() => rung.push('rung'));
    await alice.setMemory(sessionId, { enabled: true });
    await app.idle();
    expect(rung).toEqual([]);
    await alice.setMemory(sessionId, { enabled: false });
    await told;
    expect((await next()).longTermMemory).toBe(false);
    await changes.return(undefined);
  });
});

test('a model that says something while memory is off is remembered once memory is on', async ({ app, alice }) => {
  app.model.next(says('The walrus danced.'));
  const { session } = await alice.turn('What happened?', { newSession: { longTermMemory: false } });
  await alice.setMemory(session.id, { enabled: true });
  await app.idle();
  expect((await alice.searchMemory('walrus')).map((hit) => hit.message.content)).toContain('The walrus danced.');
});
