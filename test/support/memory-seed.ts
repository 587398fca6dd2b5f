import { v7 } from 'uuid';
import { db, type Em } from '../../src/db/orm.ts';
import { spokenText } from '../../src/memory/index/spoken-text.ts';
import { splitText } from '../../src/memory/split/split-text.ts';
import { countTerms } from '../../src/memory/terms.ts';

export interface Said {
  text: string;
  role?: 'USER' | 'ASSISTANT';
  speaker?: string;
  /** A date; without one, 2026-01-01. */
  on?: string;
  embedding?: Float32Array;
}

/** What made the embeddings of seeded chunks. */
export const SEED_MODEL = 'seed';

/** A session with a memory of its own, empty. */
export async function seedSession(em: Em, userId: string): Promise<string> {
  const id = v7();
  const now = new Date();
  await db(em)
    .insertInto('chat_session')
    .values({ id, userId, title: '', model: 'offline', tags: [], createdAt: now, updatedAt: now })
    .execute();
  await db(em).insertInto('memory_scope').values({ userId, session: id }).execute();
  return id;
}

/** Messages with their chunks and postings, after those the session has. Answers with their ids. */
export async function seedMessages(em: Em, sessionId: string, said: readonly (Said | string)[]): Promise<string[]> {
  const ids: string[] = [];
  for (const each of said) ids.push(await seedMessage(em, sessionId, typeof each === 'string' ? { text: each } : each));
  return ids;
}

async function seedMessage(em: Em, sessionId: string, said: Said): Promise<string> {
  const { text, role = 'USER', speaker = null, on = '2026-01-01', embedding = null } = said;
  const k = db(em);
  const { userId, messageCount: seq } = await k
    .updateTable('chat_session')
    .set((eb) => ({ messageCount: eb('messageCount', '+', 1) }))
    .where('id', '=', sessionId)
    .returning(['userId', 'messageCount'])
    .executeTakeFirstOrThrow();
  const { id: scope } = await k
    .selectFrom('memory_scope')
    .select('id')
    .where('session', '=', sessionId)
    .executeTakeFirstOrThrow();
  const saidAt = new Date(`${on}T12:00:00Z`);
  const message = v7();
  await k
    .insertInto('chat_message')
    .values({
      id: message,
      userId,
      session: sessionId,
      seq,
      role,
      type: 'CHAT',
      status: 'COMPLETE',
      content: text,
      createdAt: saidAt,
    })
    .execute();
  for (const [position, piece] of splitText(text).entries()) {
    const { words, frequencies } = countTerms(spokenText(piece.text, speaker));
    const embeddingModel = embedding && SEED_MODEL;
    const { id: chunk } = await k
      .insertInto('chunk')
      .values({
        ...piece,
        userId,
        scope,
        message,
        seq,
        position,
        tokens: words,
        terms: words,
        role,
        speaker,
        saidAt,
        embedding,
        embeddingModel,
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    const postings = [...frequencies].map(([term, tf]) => ({ scope, term, chunk, tf }));
    if (postings.length > 0) await k.insertInto('chunk_term').values(postings).execute();
  }
  return message;
}
