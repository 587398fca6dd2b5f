import type { Config } from '../config.ts';
import { db, type Em } from '../db/orm.ts';
import { AppError } from '../errors.ts';
import { stepAt } from './pace.ts';
import { reservedByReplies, usedInSession, usedSince } from './used-tokens.ts';
import { startOfDay, startOfNextDay } from './utc-day.ts';

export type Limits = Config['limits'];

/** A message, a retry or a report that is to begin. */
export interface AskedTurn {
  userId: string;
  /** Null: a new one. */
  sessionId: string | null;
  /** What it may come to use: to be stored with its reply, so that it counts until the reply has ended. */
  tokens: number;
}

type LimitName = 'messagesPerMinute' | 'tokensPerDay' | 'tokensPerSession';

/**
 * Counts a turn against the viewer's limits, in the transaction that stores it and before anything else is written
 * there: turns that race for what is left wait here for each other. Without limits it asks the database nothing.
 *
 * @throws LIMIT_EXCEEDED
 */
export async function takeTurn(em: Em, limits: Limits, turn: AskedTurn, now = new Date()): Promise<void> {
  const { messagesPerMinute, tokensPerDay, tokensPerSession } = limits;
  if (messagesPerMinute === null && tokensPerDay === null && tokensPerSession === null) return;
  refuseForEver('tokensPerSession', tokensPerSession, turn);
  const begunAt = await lockPace(em, turn.userId);
  if (messagesPerMinute !== null) await keepPace(em, turn.userId, begunAt, messagesPerMinute, now);
  if (tokensPerSession !== null) await refuseFullSession(em, turn, tokensPerSession);
  await refuseFullDay(em, limits, turn, now);
}

/** Of TOKENS_PER_DAY; null: no limit. What running replies set aside is not left. */
export async function tokensLeftToday(
  em: Em,
  { tokensPerDay }: Limits,
  userId: string,
  now = new Date(),
): Promise<number | null> {
  if (tokensPerDay === null) return null;
  const used = await usedSince(em, userId, startOfDay(now));
  return Math.max(0, tokensPerDay - used - (await reservedByReplies(em, userId)));
}

/** @returns when the viewer's latest turns began. Whoever asks next waits until this transaction has ended. */
export async function lockPace(em: Em, userId: string): Promise<number[]> {
  const { begunAt } = await db(em)
    .insertInto('turn_pace')
    .values({ userId, begunAt: [] })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet({ userId }))
    .returning('begunAt')
    .executeTakeFirstOrThrow();
  return begunAt;
}

async function keepPace(em: Em, userId: string, begunAt: readonly number[], perMinute: number, now: Date) {
  const step = stepAt(begunAt, perMinute, now.getTime());
  if ('waitMs' in step) {
    const retryAfterSeconds = secondsOf(step.waitMs);
    const message = `That is more than ${perMinute} messages in a minute. Try again in ${retryAfterSeconds} seconds.`;
    throw exceeded('messagesPerMinute', message, retryAfterSeconds);
  }
  await db(em).updateTable('turn_pace').set({ begunAt: step.begunAt }).where('userId', '=', userId).execute();
}

/** Without what a running reply set aside: while there is one, the session takes no other turn anyway. */
async function refuseFullSession(em: Em, { userId, sessionId, tokens }: AskedTurn, limit: number): Promise<void> {
  if (sessionId === null || (await usedInSession(em, userId, sessionId)) + tokens <= limit) return;
  throw exceeded(
    'tokensPerSession',
    'What is left of the tokens of this session is too little for a turn. Begin another.',
  );
}

/** After `lockPace`. @throws LIMIT_EXCEEDED where too little is left of TOKENS_PER_DAY */
export async function refuseFullDay(
  em: Em,
  { tokensPerDay: limit }: Limits,
  { userId, tokens }: Pick<AskedTurn, 'userId' | 'tokens'>,
  now = new Date(),
): Promise<void> {
  if (limit === null) return;
  refuseForEver('tokensPerDay', limit, { tokens });
  const used = await usedSince(em, userId, startOfDay(now));
  if (used + tokens > limit) throw dayIsFull(now);
  if (used + tokens + (await reservedByReplies(em, userId)) <= limit) return;
  // Nobody can tell when.
  throw exceeded(
    'tokensPerDay',
    'A running reply has set aside what is left of your tokens for today. Wait for its end.',
  );
}

const dayIsFull = (now: Date) =>
  exceeded(
    'tokensPerDay',
    'What is left of your tokens for today is too little for this. There are new ones at midnight UTC.',
    secondsOf(startOfNextDay(now).getTime() - now.getTime()),
  );

/** Waiting would not help: whoever set the limits has to know. */
function refuseForEver(limit: LimitName, allowed: number | null, { tokens }: Pick<AskedTurn, 'tokens'>): void {
  if (allowed === null || tokens <= allowed) return;
  throw exceeded(
    limit,
    `This may use ${tokens} tokens, and ${limit} is ${allowed}: the server's limits never allow it.`,
  );
}

export const isLimitExceeded = (error: unknown): boolean =>
  error instanceof AppError && error.code === 'LIMIT_EXCEEDED';

const secondsOf = (ms: number): number => Math.ceil(ms / 1000);

function exceeded(limit: LimitName, message: string, retryAfterSeconds?: number): AppError {
  return new AppError('LIMIT_EXCEEDED', message, {
    limit,
    ...(retryAfterSeconds !== undefined && { retryAfterSeconds }),
  });
}
