import { sql } from 'kysely';
import { db, type Em } from '../../db/orm.ts';
import type { MemoryState } from '../message.type.ts';
import { isRunning, type MessageRow } from '../own.ts';
import type { MemoryStatusType } from '../session.type.ts';
import { isCovered } from './forget-memory.ts';

/** What `String.trim` takes away. */
const WHITE_SPACE =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

interface Progress {
  message: string;
  chunks: number;
  embedded: number;
  failed: number;
}

/** How far long-term memory has got with each message; see ChatMessage.memory. */
export async function memoryStates(
  em: Em,
  userId: string,
  embeddingModel: string,
  messages: readonly MessageRow[],
): Promise<MemoryState[]> {
  const recording = await recordingSessions(
    em,
    userId,
    messages.map((message) => message.session),
  );
  const covered = messages.filter((message) => recording.has(message.session) && isCovered(message));
  const ids = JSON.stringify(covered.map((message) => message.id));
  const progress = await progressOf(em, userId, embeddingModel, sql`m.id in (select value from json_each(${ids}))`);
  const byMessage = new Map(progress.map((each) => [each.message, each]));
  return messages.map((message) => {
    if (!recording.has(message.session) || message.forgottenAt) return 'NOT_RECORDED';
    if (message.type === 'CHAT' && isRunning(message)) return 'PENDING';
    return isCovered(message) ? stateOf(byMessage.get(message.id)) : 'NOT_RECORDED';
  });
}

/** The same, counted by session. */
export async function memoryStatuses(
  em: Em,
  userId: string,
  embeddingModel: string,
  sessionIds: readonly string[],
): Promise<MemoryStatusType[]> {
  const recording = await recordingSessions(em, userId, sessionIds);
  return Promise.all(
    sessionIds.map(async (id) => {
      if (!recording.has(id)) return { indexed: 0, pending: 0, failed: 0 };
      const progress = await progressOf(em, userId, embeddingModel, sql`m.session_id = ${id}`);
      const running = await runningCount(em, userId, id);
      const count = (state: MemoryState) => progress.filter((each) => stateOf(each) === state).length;
      return { indexed: count('INDEXED'), pending: count('PENDING') + running, failed: count('FAILED') };
    }),
  );
}

function stateOf(progress: Progress | undefined): MemoryState {
  if (!progress) return 'PENDING';
  if (progress.failed > 0) return 'FAILED';
  return progress.chunks > 0 && progress.embedded === progress.chunks ? 'INDEXED' : 'PENDING';
}

/** Of the covered messages that `which` names. Says in SQL what `isCovered` says. */
async function progressOf(
  em: Em,
  userId: string,
  embeddingModel: string,
  which: ReturnType<typeof sql>,
): Promise<Progress[]> {
  const { rows } = await sql<Progress>`
    select m.id as message, count(c.id) as chunks, coalesce(sum(c.embedding_model = ${embeddingModel}), 0) as embedded,
      exists (select 1 from job j where j.task = 'embed' and j.key = m.id and j.state = 'FAILED') as failed
    from chat_message m
    left join chunk c on c.message_id = m.id
    where ${which} and m.user_id = ${userId} and m.type = 'CHAT'
      and m.superseded_by_id is null and m.forgotten_at is null and trim(m.content, ${WHITE_SPACE}) <> ''
      and (m.role = 'USER' or m.status in ('COMPLETE', 'CANCELLED'))
    group by m.id`.execute(db(em));
  return rows;
}

async function runningCount(em: Em, userId: string, sessionId: string): Promise<number> {
  const running = await db(em)
    .selectFrom('chat_message')
    .select('id')
    .where('session', '=', sessionId)
    .where('userId', '=', userId)
    .where('type', '=', 'CHAT')
    .where('forgottenAt', 'is', null)
    .where(sql<boolean>`status in ('PENDING', 'STREAMING')`)
    .execute();
  return running.length;
}

async function recordingSessions(em: Em, userId: string, ids: readonly string[]): Promise<Set<string>> {
  const sessions = await db(em)
    .selectFrom('chat_session')
    .select('id')
    .where('id', 'in', [...new Set(ids)])
    .where('userId', '=', userId)
    .where('longTermMemory', '=', true)
    .where('deletedAt', 'is', null)
    .execute();
  return new Set(sessions.map((session) => session.id));
}
