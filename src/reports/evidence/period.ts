import { sql } from 'kysely';
import { dayOf, instant } from '../../db/instants.ts';
import { db, type Em } from '../../db/orm.ts';

const DAY_MS = 86_400_000;

/** What a report is about. */
export interface ReportScope {
  userId: string;
  /** Null: every active session. */
  sessionId: string | null;
  /** Inclusive; null: since the beginning. */
  since: Date | null;
  /** Exclusive; null: to the end. */
  until: Date | null;
}

export interface Count {
  messages: number;
  sessions: number;
}

/** Figures of a period, of the viewer's own messages in it. */
export interface ReportFacts extends Count {
  /** UTC, by their beginnings. */
  firstDay: Date | null;
  lastDay: Date | null;
  /** From the period's first to its last. */
  days: number;
  daysWithMessages: number;
  /** The first and the last with a message. */
  firstMessageDay: Date | null;
  lastMessageDay: Date | null;
  /** What is not looked at, by why. */
  uncovered: Record<Exclude<Coverage, 'COVERED'>, Count>;
}

type Coverage = 'COVERED' | 'MEMORY_OFF' | 'FORGOTTEN' | 'DELETED' | 'NOT_INDEXED';

interface CoverageRow {
  coverage: Coverage;
  messages: number;
  sessions: number;
  days: number;
  first: Date | number;
  last: Date | number;
}

/**
 * Counted in one statement, so that the figures agree with each other.
 *
 * @param now a period that ends later ends today
 */
export async function factsOf(em: Em, scope: ReportScope, now: Date): Promise<ReportFacts> {
  const { rows } = await sql<CoverageRow>`
    select ${coverage} as coverage, count(*) as messages, count(distinct m.session_id) as sessions,
      count(distinct ${dayOf(em, 'm.created_at')}) as days, min(m.created_at) as first, max(m.created_at) as last
    from chat_message m
    join chat_session s on s.id = m.session_id
    where ${isInPeriod(em, scope)}
    group by 1`.execute(db(em));
  const none = { messages: 0, sessions: 0 };
  const of = (wanted: Coverage) => rows.find((row) => row.coverage === wanted);
  const count = (wanted: Coverage): Count => {
    const row = of(wanted);
    return row ? { messages: Number(row.messages), sessions: Number(row.sessions) } : none;
  };
  const covered = of('COVERED');
  const times = rows.flatMap(({ first, last }) => [Number(first), Number(last)]);
  const firstDay = startOf(scope.since?.getTime() ?? Math.min(...times));
  const lastDay = startOf(scope.until ? Math.min(scope.until.getTime() - 1, now.getTime()) : Math.max(...times));
  const isPeriod = firstDay !== null && lastDay !== null && firstDay <= lastDay;
  return {
    ...count('COVERED'),
    firstDay: isPeriod ? firstDay : null,
    lastDay: isPeriod ? lastDay : null,
    days: isPeriod ? (lastDay.getTime() - firstDay.getTime()) / DAY_MS + 1 : 0,
    daysWithMessages: Number(covered?.days ?? 0),
    firstMessageDay: covered ? startOf(Number(covered.first)) : null,
    lastMessageDay: covered ? startOf(Number(covered.last)) : null,
    uncovered: {
      MEMORY_OFF: count('MEMORY_OFF'),
      FORGOTTEN: count('FORGOTTEN'),
      DELETED: count('DELETED'),
      NOT_INDEXED: count('NOT_INDEXED'),
    },
  };
}

/** The beginning of a day in UTC; null where there is none. */
const startOf = (time: number): Date | null =>
  Number.isFinite(time) ? new Date(Math.floor(time / DAY_MS) * DAY_MS) : null;

const coverage = sql`case
  when s.deleted_at is not null then 'DELETED'
  when not s.long_term_memory then 'MEMORY_OFF'
  when m.forgotten_at is not null then 'FORGOTTEN'
  when exists (select 1 from chunk c where c.message_id = m.id) then 'COVERED'
  else 'NOT_INDEXED' end`;

/** The viewer's own messages of the period, of message `m` and session `s`. */
function isInPeriod(em: Em, { userId, sessionId, since, until }: ReportScope) {
  return sql<boolean>`m.user_id = ${userId} and s.user_id = ${userId} and m.role = 'USER' and m.type = 'CHAT'
    and m.superseded_by_id is null
    ${sessionId === null ? sql`` : sql`and m.session_id = ${sessionId}`}
    ${since ? sql`and m.created_at >= ${instant(em, since)}` : sql``}
    ${until ? sql`and m.created_at < ${instant(em, until)}` : sql``}`;
}

/** The same, but only what a report looks at. */
export const isCoveredInPeriod = (em: Em, scope: ReportScope) =>
  sql<boolean>`(${isInPeriod(em, scope)} and s.deleted_at is null and s.long_term_memory and m.forgotten_at is null)`;
