import { sql } from 'kysely';
import { dayOf } from '../db/instants.ts';
import { db, type Em } from '../db/orm.ts';
import { invalid } from '../errors.ts';
import { type UsagePurpose, usagePurposes } from './usage.entity.ts';
import { usageOf } from './usage.ts';
import type { UsageSummary } from './usage.type.ts';
import { DAY_MS } from './utc-day.ts';

/** `since` is in it, `until` is not; null: without that end. */
export interface Period {
  since: Date | null;
  until: Date | null;
}

interface Counted {
  purpose: UsagePurpose;
  /** Days since 1970. */
  day: number;
  inputTokens: number;
  outputTokens: number;
}

/** @throws BAD_USER_INPUT where the period ends before it begins */
export async function summarizeUsage(em: Em, userId: string, period: Period): Promise<UsageSummary> {
  if (period.since && period.until && period.since > period.until) {
    throw invalid('until', 'until must not be before since');
  }
  const counted = await countedByDay(em, userId, period);
  const ofDays = [...Map.groupBy(counted, ({ day }) => day)].sort(([a], [b]) => a - b);
  return {
    ...(await countMessages(em, userId, period)),
    total: sumOf(counted),
    byPurpose: usagePurposes.map((purpose) => ({
      purpose,
      usage: sumOf(counted.filter((each) => each.purpose === purpose)),
    })),
    byDay: ofDays.map(([day, ofDay]) => ({
      date: new Date(day * DAY_MS).toISOString().slice(0, 10),
      usage: sumOf(ofDay),
    })),
  };
}

/** In one statement, which reads its part of one index. */
async function countedByDay(em: Em, userId: string, { since, until }: Period): Promise<Counted[]> {
  const day = dayOf(em, 'created_at');
  let counted = db(em)
    .selectFrom('usage_entry')
    .select((eb) => [
      'purpose',
      day.as('day'),
      eb.fn.sum<number>('inputTokens').as('inputTokens'),
      eb.fn.sum<number>('outputTokens').as('outputTokens'),
    ])
    .where('userId', '=', userId)
    .groupBy(['purpose', day]);
  if (since) counted = counted.where('createdAt', '>=', since);
  if (until) counted = counted.where('createdAt', '<', until);
  return counted.execute();
}

/** A session's messages lie between its beginning and its last change: only where the period cuts it they are counted. */
async function countMessages(em: Em, userId: string, { since, until }: Period) {
  const from = since ?? new Date(0);
  // The last that both databases have.
  const to = until ?? new Date('9999-12-31T23:59:59.999Z');
  const counted = await db(em)
    .selectFrom((eb) =>
      eb
        .selectFrom('chat_session')
        .select((session) =>
          session
            .case()
            .when(session.and([session('createdAt', '>=', from), session('updatedAt', '<', to)]))
            .then(session.ref('messageCount'))
            .else(
              session
                .selectFrom('chat_message')
                .select((message) => message.fn.countAll<number>().as('count'))
                .whereRef('chat_message.session', '=', 'chat_session.id')
                .where('chat_message.userId', '=', userId)
                .where('chat_message.createdAt', '>=', from)
                .where('chat_message.createdAt', '<', to),
            )
            .end()
            .as('messages'),
        )
        .where('userId', '=', userId)
        .where('updatedAt', '>=', from)
        .where('createdAt', '<', to)
        .as('session'),
    )
    .select([
      sql<number>`count(case when messages > 0 then 1 end)`.as('sessions'),
      sql<number>`coalesce(sum(messages), 0)`.as('messages'),
    ])
    .executeTakeFirstOrThrow();
  return { sessions: Number(counted.sessions), messages: Number(counted.messages) };
}

const sumOf = (counted: readonly Counted[]) =>
  usageOf({
    inputTokens: counted.reduce((sum, { inputTokens }) => sum + Number(inputTokens), 0),
    outputTokens: counted.reduce((sum, { outputTokens }) => sum + Number(outputTokens), 0),
  });
