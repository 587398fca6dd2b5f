import { sql } from 'kysely';
import { listed, oneOf } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { EMBED_TASK } from '../../memory/index/embedding-text.ts';
import type { MemoryState } from '../message.type.ts';
import { isRunning, type MessageRow } from '../own.ts';
import type { MemoryStatusType } from '../session.type.ts';
import { INDEX_SESSION_TASK } from './index-session.task.ts';
import { isCovered } from './remember.ts';

/** What `String.trim` takes away. */
const WHITE_SPACE =
  '\t\n\v\f\r \u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff';

interface Progress {
  message: string;
  chunks: number;
  embedded: number;
  embeddedByAny: number;
  failed: boolean | number;
  waiting: boolean | number;
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
  const progress = await progressOf(
    em,
    userId,
    embeddingModel,
    covered.map((message) => message.id),
  );
  const byMessage = new Map(progress.map((each) => [each.message, each]));
  return messages.map((message) => {
    if (!recording.has(message.session) || message.forgottenAt) return 'NOT_RECORDED';
    if (message.type === 'CHAT' && isRunning(message)) return 'PENDING';
    return isCovered(message) ? stateOf(byMessage.get(message.id)) : 'NOT_RECORDED';
  });
}

/** The same, counted by session: in one statement, since a list of sessions asks for all of its sessions. */
export async function memoryStatuses(
  em: Em,
  userId: string,
  embeddingModel: string,
  sessionIds: readonly string[],
): Promise<MemoryStatusType[]> {
  // The first chunk, at 0, tells whether there is any.
  const { rows } = await sql<{ session: string; state: MemoryState; messages: number }>`
    select m.session_id as session, count(*) as messages, case
        when ${isRunningMessage} then 'PENDING'
        when ${hasFailed} then 'FAILED'
        when (opening.id is null or exists (select 1 from chunk c where c.message_id = m.id and c.embedding_model is null))
          and not ${isWaiting} then 'FAILED'
        when opening.id is null or exists (select 1 from chunk c where c.message_id = m.id
          and (c.embedding_model is null or c.embedding_model <> ${embeddingModel})) then 'PENDING'
        else 'INDEXED' end as state
    from ${listed(em, 'uuid', sessionIds)} wanted
    cross join chat_session s
    cross join chat_message m
    left join chunk opening on opening.message_id = m.id and opening.position = 0
    where s.id = wanted.value and m.session_id = s.id and s.user_id = ${userId} and s.long_term_memory and s.deleted_at is null
      and m.user_id = ${userId} and m.type = 'CHAT' and m.forgotten_at is null
      and (${isRunningMessage} or ${isCoveredMessage})
    group by m.session_id, state`.execute(db(em));
  const bySession = Map.groupBy(rows, (row) => row.session);
  return sessionIds.map((id) => {
    const count = (state: MemoryState) => Number(bySession.get(id)?.find((row) => row.state === state)?.messages ?? 0);
    return { indexed: count('INDEXED'), pending: count('PENDING'), failed: count('FAILED') };
  });
}

const isRunningMessage = sql`m.status in ('PENDING', 'STREAMING')`;

/** Says in SQL what `isCovered` says. */
const isCoveredMessage = sql`(m.type = 'CHAT' and m.superseded_by_id is null and trim(m.content, ${WHITE_SPACE}) <> ''
  and (m.role = 'USER' or m.status in ('COMPLETE', 'CANCELLED')))`;

const hasFailed = sql`exists (select 1 from job j where j.task = 'embed' and j.key = cast(m.id as text) and j.state = 'FAILED')`;

/**
 * Whether a job is there for it: what is not embedded, and has none, is not going to be by itself. What another model
 * embedded waits for `npm run reindex`.
 */
const isWaiting = sql`exists (select 1 from job j where j.state <> 'FAILED'
  and ((j.task = ${EMBED_TASK} and j.key = cast(m.id as text)) or (j.task = ${INDEX_SESSION_TASK} and j.key = cast(m.session_id as text))))`;

function stateOf(progress: Progress | undefined): MemoryState {
  if (!progress) return 'PENDING';
  if (progress.failed) return 'FAILED';
  const { chunks, embedded, embeddedByAny, waiting } = progress;
  if (chunks > 0 && embedded === chunks) return 'INDEXED';
  return waiting || (chunks > 0 && embeddedByAny === chunks) ? 'PENDING' : 'FAILED';
}

async function progressOf(
  em: Em,
  userId: string,
  embeddingModel: string,
  messageIds: readonly string[],
): Promise<Progress[]> {
  const { rows } = await sql<Progress>`
    select m.id as message, count(c.id) as chunks, count(case when c.embedding_model = ${embeddingModel} then 1 end) as embedded,
      count(c.embedding_model) as "embeddedByAny", ${hasFailed} as failed, ${isWaiting} as waiting
    from chat_message m
    left join chunk c on c.message_id = m.id
    where m.id in ${oneOf(em, 'uuid', messageIds)}
      and m.user_id = ${userId} and m.forgotten_at is null and ${isCoveredMessage}
    group by m.id`.execute(db(em));
  return rows;
}

async function recordingSessions(em: Em, userId: string, ids: readonly string[]): Promise<Set<string>> {
  const sessions = await db(em)
    .selectFrom('chat_session')
    .select('id')
    .where('id', 'in', oneOf(em, 'uuid', ids))
    .where('userId', '=', userId)
    .where('longTermMemory', '=', true)
    .where('deletedAt', 'is', null)
    .execute();
  return new Set(sessions.map((session) => session.id));
}
