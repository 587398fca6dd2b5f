import { v7 } from 'uuid';
import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { persistedText } from '../../src/chat/replies/follow-reply.ts';
import { persistParts } from '../../src/chat/replies/persist-parts.ts';
import { db, type Em, forkEm } from '../../src/db/orm.ts';
import { openTestOrm } from '../support/test-database.ts';

let em: Em;
const reply = v7();

/** A reply that the process `me` writes. */
beforeEach(async () => {
  const { orm, close } = await openTestOrm();
  onTestFinished(close);
  em = forkEm(orm);
  const session = v7();
  await db(em)
    .insertInto('chat_session')
    .values({ id: session, userId: 'alice', title: 'Running', model: 'm', messageCount: 1 })
    .execute();
  const running = { status: 'STREAMING', leaseOwner: 'me', leaseExpiresAt: new Date(Date.now() + 60_000) } as const;
  await db(em)
    .insertInto('chat_message')
    .values({ id: reply, userId: 'alice', session, seq: 1, role: 'ASSISTANT', ...running })
    .execute();
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
