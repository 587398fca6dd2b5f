import { v7 } from 'uuid';
import { expect } from 'vitest';
import { memoryStates, memoryStatuses } from '../../src/chat/memory/memory-state.ts';
import { db, type Em, forkEm, type Orm } from '../../src/db/orm.ts';
import { test } from '../support/indexed-sessions.ts';
import { type Said, SEED_MODEL, seedMessages, seedSession } from '../support/memory-seed.ts';
import { recordStatements } from '../support/record-statements.ts';

const embedding = new Float32Array([1, 0]);
const long = 'We walked along the river and ate some bread there. '.repeat(20);

/** A session with messages in every state that memory knows. @returns its id */
async function mixedSession(em: Em): Promise<string> {
  const session = await seedSession(em, 'alice');
  const add = async (said: Said | string, change: object = {}) => {
    const [id = ''] = await seedMessages(em, session, [said]);
    if (Object.keys(change).length > 0)
      await db(em).updateTable('chat_message').set(change).where('id', '=', id).execute();
    return id;
  };
  const indexed = await add({ text: 'The zebra sang.', embedding });
  await add({ text: long, embedding });
  await add({ text: 'It stopped.', role: 'ASSISTANT', embedding }, { status: 'CANCELLED' });
  const waiting = (key: string) =>
    db(em).insertInto('job').values({ id: v7(), userId: 'alice', task: 'embed', key, state: 'READY' }).execute();
  await waiting(await add('Not embedded yet.'));
  await add('Never to be embedded: its job is gone.');
  const half = await add({ text: long, embedding });
  await db(em)
    .updateTable('chunk')
    .set({ embedding: null, embeddingModel: null })
    .where('message', '=', half)
    .where('position', '=', 1)
    .execute();
  await waiting(half);
  const old = await add({ text: 'By another model.', embedding });
  await db(em).updateTable('chunk').set({ embeddingModel: 'another' }).where('message', '=', old).execute();
  const bare = await add('Without chunks.');
  await db(em).deleteFrom('chunk').where('message', '=', bare).execute();
  await add({ text: 'Written just now', role: 'ASSISTANT' }, { status: 'STREAMING' });
  const failed = await add('Failed.');
  await db(em)
    .insertInto('job')
    .values({ id: v7(), userId: 'alice', task: 'embed', key: failed, state: 'FAILED', message: failed })
    .execute();
  await add({ text: 'Broken off.', role: 'ASSISTANT', embedding }, { status: 'FAILED' });
  await add({ text: 'Said better.', role: 'ASSISTANT', embedding }, { supersededBy: indexed });
  await add({ text: 'Forgotten.', embedding }, { forgottenAt: new Date() });
  await add({ text: 'A report.', role: 'ASSISTANT', embedding }, { type: 'REPORT' });
  await add(' \u00a0\n');
  return session;
}

const changed = async (em: Em, session: string, change: object): Promise<string> => {
  await db(em).updateTable('chat_session').set(change).where('id', '=', session).execute();
  return session;
};

/** How many statements `run` executes. */
async function statementsOf(orm: Orm, run: () => Promise<unknown>): Promise<number> {
  const executed = await recordStatements({ orm });
  await run();
  return executed.length;
}

test('a session counts the states of its messages', async ({ orm }) => {
  const em = forkEm(orm);
  const sessions = [
    await mixedSession(em),
    await seedSession(em, 'alice'),
    await changed(em, await mixedSession(em), { longTermMemory: false }),
    await changed(em, await mixedSession(em), { deletedAt: new Date() }),
    await mixedSession(em),
    v7(),
  ];
  const statuses = await memoryStatuses(em, 'alice', SEED_MODEL, sessions);

  for (const [index, session] of sessions.entries()) {
    const messages = await db(em).selectFrom('chat_message').selectAll().where('session', '=', session).execute();
    const states = await memoryStates(em, 'alice', SEED_MODEL, messages);
    const count = (state: string) => states.filter((each) => each === state).length;
    expect(statuses[index]).toEqual({ indexed: count('INDEXED'), pending: count('PENDING'), failed: count('FAILED') });
  }
  const [none, all] = [
    { indexed: 0, pending: 0, failed: 0 },
    { indexed: 3, pending: 4, failed: 3 },
  ];
  expect(statuses).toEqual([all, none, none, none, all, none]);
  expect(await memoryStatuses(em, 'bob', SEED_MODEL, sessions)).toEqual(sessions.map(() => none));
});

test('what a session is still to be indexed for is pending, and nothing is once its job is gone', async ({ orm }) => {
  const em = forkEm(orm);
  const session = await mixedSession(em);
  const job = { id: v7(), userId: 'alice', task: 'index-session', key: session, state: 'READY' as const };
  await db(em).insertInto('job').values(job).execute();
  const statuses = () => memoryStatuses(em, 'alice', SEED_MODEL, [session]);
  expect(await statuses()).toEqual([{ indexed: 3, pending: 6, failed: 1 }]);
  await db(em).updateTable('job').set({ state: 'FAILED' }).where('id', '=', job.id).execute();
  expect(await statuses()).toEqual([{ indexed: 3, pending: 4, failed: 3 }]);
});

test('twenty sessions are counted in one statement', async ({ orm }) => {
  const em = forkEm(orm);
  const sessions: string[] = [];
  for (let n = 0; n < 20; n++) sessions.push(await mixedSession(em));

  expect(await statementsOf(orm, () => memoryStatuses(em, 'alice', SEED_MODEL, sessions))).toBe(1);
});
