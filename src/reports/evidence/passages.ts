import { sql } from 'kysely';
import { dateOf } from '../../db/instants.ts';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import type { Hit } from '../../prompt/prompt.ts';
import { isCoveredInPeriod, type ReportScope } from './period.ts';

/** Of a longer period as many are looked at, evenly over it. */
const MAX_LOOKED_AT = 3_000;

/** A passage of a message of the viewer's. */
export interface MessagePassage extends Omit<Hit, 'score'> {
  sessionTitle: string;
}

/** Oldest first. */
export async function passagesOf(em: Em, scope: ReportScope): Promise<{ passages: MessagePassage[]; total: number }> {
  const { rows } = await sql<PassageRow>`
    with covered as (
      select m.id as "messageId", m.session_id as "sessionId", s.title as "sessionTitle", m.seq as seq, c.position as position,
        c.start as start, c.text as text, c.tokens as tokens, m.created_at as "saidAt",
        row_number() over (order by m.created_at, m.session_id, m.seq, c.position) as place, count(*) over () as total
      from chat_message m
      join chat_session s on s.id = m.session_id
      join chunk c on c.message_id = m.id and c.user_id = m.user_id
      where ${isCoveredInPeriod(em, scope)})
    select * from covered
    where (place - 1) % ((total + ${sql.lit(MAX_LOOKED_AT)} - 1) / ${sql.lit(MAX_LOOKED_AT)}) = 0
    order by place`.execute(db(em));
  const passages = rows.map(({ start, saidAt, place: _, total: __, ...row }) => ({
    ...row,
    role: 'USER' as const,
    range: [start, start + row.text.length] as const,
    saidAt: dateOf(saidAt),
  }));
  return { passages, total: rows[0]?.total ?? 0 };
}

interface PassageRow {
  messageId: string;
  sessionId: string;
  sessionTitle: string;
  seq: number;
  position: number;
  start: number;
  text: string;
  tokens: number;
  saidAt: Date | number;
  place: number;
  total: number;
}

/** What all passages of the period come to. */
export async function sizeOf(em: Em, scope: ReportScope): Promise<{ tokens: number; chunks: number }> {
  const { rows } = await sql<{ tokens: number; chunks: number }>`
    select coalesce(sum(c.tokens), 0) as tokens, count(*) as chunks
    from chat_message m
    join chat_session s on s.id = m.session_id
    join chunk c on c.message_id = m.id and c.user_id = m.user_id
    where ${isCoveredInPeriod(em, scope)}`.execute(db(em));
  return { tokens: Number(rows[0]?.tokens ?? 0), chunks: Number(rows[0]?.chunks ?? 0) };
}

/** Those of the messages that a report may still look at. */
export async function stillCovered(em: Em, scope: ReportScope, messageIds: readonly string[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    select m.id as id
    from ${listed(em, 'uuid', messageIds)} wanted
    cross join chat_message m
    cross join chat_session s
    where m.id = wanted.value and s.id = m.session_id and ${isCoveredInPeriod(em, scope)} and exists (select 1 from chunk c where c.message_id = m.id)`.execute(
    db(em),
  );
  return new Set(rows.map(({ id }) => id));
}

/** Those of the passages of documents that are still there. */
export async function stillThere(em: Em, userId: string, chunkIds: readonly number[]): Promise<Set<number>> {
  const { rows } = await sql<{ id: number }>`
    select c.id as id
    from ${listed(em, 'integer', chunkIds)} wanted
    cross join chunk c
    where c.id = wanted.value and c.user_id = ${userId} and c.document_id is not null`.execute(db(em));
  return new Set(rows.map(({ id }) => id));
}
