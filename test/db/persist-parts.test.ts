import { v7 } from 'uuid';
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { persistedText } from '../../src/chat/replies/follow-reply.ts';
import { persistParts } from '../../src/chat/replies/persist-parts.ts';
import { renewLeases } from '../../src/chat/replies/renew-leases.ts';
import { db, type Em, forkEm, type Orm } from '../../src/db/orm.ts';
import { isPglite, openTestOrm, testDialect } from '../support/test-database.ts';

let em: Em;
let orm: Orm;
const [reply, another] = [v7(), v7()];

/** Two replies that the process `me` writes. */
beforeEach(async () => {
  const opened = await openTestOrm();
  onTestFinished(opened.close);
  orm = opened.orm;
  em = forkEm(orm);
  for (const id of [reply, another]) {
    const session = v7();
    await db(em)
      .insertInto('chat_session')
      .values({ id: session, userId: 'alice', title: 'Running', model: 'm', messageCount: 1 })
      .execute();
    const running = { status: 'STREAMING', leaseOwner: 'me', leaseExpiresAt: new Date(Date.now() + 60_000) } as const;
    await db(em)
      .insertInto('chat_message')
      .values({ id, userId: 'alice', session, seq: 1, role: 'ASSISTANT', ...running })
      .execute();
  }
});

const persist = (offset: number, text: string, owner = 'me') =>
  persistParts(em, owner, [{ id: reply, offset, text }]).then((stored) => stored.has(reply));

test('a part that was stored though its process was never told is stored once more, as long as it has become', async () => {
  expect(await persist(0, 'Breathe')).toBe(true);
  expect(await persist(0, 'Breathe')).toBe(true);
  expect(await persist(0, 'Breathe in')).toBe(true);
  expect(await persist(10, ' slowly.')).toBe(true);
  expect(await persistedText(em, reply)).toBe('Breathe in slowly.');
});

test('a part that was held up on its way takes nothing away from what was stored since', async () => {
  await persist(0, 'Breathe in');
  await persist(10, ' slowly.');
  expect(await persist(0, 'Breathe')).toBe(false);
  expect(await persistedText(em, reply)).toBe('Breathe in slowly.');
});

test('who does not hold the reply stores nothing', async () => {
  expect(await persist(0, 'Breathe', 'another')).toBe(false);
  expect(await persistedText(em, reply)).toBe('');
});

test('a lease is renewed where it is held, and lost where it is not', async () => {
  const until = new Date(Date.now() + 10_000);
  await db(em).updateTable('chat_message').set({ leaseOwner: null }).where('id', '=', another).execute();
  expect(await renewLeases(em, 'me', [reply, another], until)).toEqual({ lost: [another], cancelled: [], left: [] });
});

describe.skipIf(testDialect === 'sqlite' || isPglite)('while somebody is changing a reply', () => {
  /** Beside the transaction that changes it: within, it would be part of it. */
  async function whileChanging<T>(work: () => Promise<T>): Promise<T> {
    const [isChanged, isOver] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const changing = forkEm(orm).transactional(async (tx) => {
      await db(tx).updateTable('chat_message').set({ forgottenAt: new Date() }).where('id', '=', reply).execute();
      isChanged.resolve();
      await isOver.promise;
    });
    await isChanged.promise;
    try {
      return await work();
    } finally {
      isOver.resolve();
      await changing;
    }
  }

  test('what others gained is stored, and its own with the next', async () => {
    const parts = [reply, another].map((id) => ({ id, offset: 0, text: 'Breathe' }));
    expect(await whileChanging(() => persistParts(em, 'me', parts))).toEqual(new Set([another]));
    expect(await persistParts(em, 'me', parts)).toEqual(new Set([reply, another]));
  });

  test('the leases of others are renewed, and its own is not lost', async () => {
    const renewal = await whileChanging(() => renewLeases(em, 'me', [reply, another], new Date()));
    expect(renewal).toEqual({ lost: [], cancelled: [], left: [reply] });
  });
});
