import { db, forkEm } from '../../src/db/orm.ts';
import type { TestApp } from './app.ts';
import { type Said, seedMessages, seedSession } from './memory-seed.ts';

export interface SeededSession {
  id: string;
  messageIds: string[];
}

/** A session in which the viewer said these things on those days. */
export async function seededSession(
  { running }: TestApp,
  userId: string,
  title: string,
  said: readonly (Said | string)[],
): Promise<SeededSession> {
  const em = forkEm(running.orm);
  const id = await seedSession(em, userId);
  await db(em).updateTable('chat_session').set({ title }).where('id', '=', id).execute();
  return { id, messageIds: await seedMessages(em, id, said) };
}
