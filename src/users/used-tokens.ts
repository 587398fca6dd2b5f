import { sql } from 'kysely';
import { db, type Em } from '../db/orm.ts';

const tokens = sql<number>`coalesce(sum(input_tokens + output_tokens), 0)`;
const reserved = sql<number>`coalesce(sum(reserved_tokens), 0)`;
// Literals, because SQLite enters no partial index by a list of parameters.
const isRunningReply = sql<boolean>`status in ('PENDING', 'STREAMING')`;

/** What the viewer's models counted since then, whatever for. */
export async function usedSince(em: Em, userId: string, since: Date): Promise<number> {
  const used = await db(em)
    .selectFrom('usage_entry')
    .select(tokens.as('tokens'))
    .where('userId', '=', userId)
    .where('createdAt', '>=', since)
    .executeTakeFirstOrThrow();
  return Number(used.tokens);
}

export async function usedInBackgroundSince(em: Em, userId: string, since: Date): Promise<number> {
  const used = await db(em)
    .selectFrom('usage_entry')
    .select(tokens.as('tokens'))
    .where('userId', '=', userId)
    .where('createdAt', '>=', since)
    .where('isBackground', '=', true)
    .executeTakeFirstOrThrow();
  return Number(used.tokens);
}

export async function usedInSession(em: Em, userId: string, sessionId: string): Promise<number> {
  const used = await db(em)
    .selectFrom('usage_entry')
    .select(tokens.as('tokens'))
    .where('session', '=', sessionId)
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  return Number(used.tokens);
}

/** What the viewer's running replies may come to use. */
export async function reservedByReplies(em: Em, userId: string): Promise<number> {
  const running = await db(em)
    .selectFrom('chat_message')
    .select(reserved.as('tokens'))
    .where('userId', '=', userId)
    .where(isRunningReply)
    .executeTakeFirstOrThrow();
  return Number(running.tokens);
}

/** What the viewer's running jobs may come to use. */
export async function reservedByJobs(em: Em, userId: string): Promise<number> {
  const running = await db(em)
    .selectFrom('job')
    .select(reserved.as('tokens'))
    .where('userId', '=', userId)
    .where(sql<boolean>`state = 'RUNNING'`)
    .executeTakeFirstOrThrow();
  return Number(running.tokens);
}
