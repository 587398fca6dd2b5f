import { test as base } from 'vitest';
import { ChatMessage } from '../../src/chat/message.entity.ts';
import { ChatSession } from '../../src/chat/session.entity.ts';
import { forkEm, type Orm } from '../../src/db/orm.ts';
import { indexText } from '../../src/memory/index/index-text.ts';
import { openTestOrm } from './test-database.ts';

/** A database of its own for each test. */
export const test = base.extend<{ orm: Orm }>({
  // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names from here
  orm: async ({}, use) => {
    const { orm, close } = await openTestOrm();
    await use(orm);
    await close();
  },
});

export async function aSession(orm: Orm, userId = 'alice'): Promise<string> {
  const em = forkEm(orm);
  const session = em.create(ChatSession, { userId, title: 'New session', model: 'offline' });
  await em.flush();
  return session.id;
}

/** A message of the session's user that is stored but not in memory; the user's are odd. @returns its id */
export async function aMessage(orm: Orm, sessionId: string, seq: number, content: string): Promise<string> {
  const em = forkEm(orm);
  const session = await em.findOneOrFail(ChatSession, sessionId);
  const role = seq % 2 === 1 ? 'USER' : 'ASSISTANT';
  const message = em.create(ChatMessage, { userId: session.userId, session, seq, role, status: 'COMPLETE', content });
  await em.flush();
  return message.id;
}

/** Puts a stored message into memory, as sending and settling do; with a speaker, as importing does. */
export async function index(orm: Orm, messageId: string, speaker: string | null = null): Promise<void> {
  await forkEm(orm).transactional(async (em) => {
    const { userId, session, seq, role, content, createdAt } = await em.findOneOrFail(ChatMessage, messageId);
    const source = { userId, sessionId: session.id, messageId, seq, role, saidAt: createdAt, text: content, speaker };
    await indexText(em, source);
  });
}

/** Stores and indexes texts as the messages 1, 2, … of a session. @returns their ids */
export async function indexedMessages(orm: Orm, sessionId: string, texts: readonly string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const [at, text] of texts.entries()) {
    const id = await aMessage(orm, sessionId, at + 1, text);
    await index(orm, id);
    ids.push(id);
  }
  return ids;
}
