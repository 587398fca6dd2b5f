import { db, type Em } from '../db/orm.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import { type Limits, lockPace, refuseFullDay } from './limits.ts';
import { bookUsage, type Usage } from './usage.ts';

export interface Spending {
  userId: string;
  sessionId: string | null;
  /** What it may come to use, by our own count. */
  expected: Usage;
}

/**
 * Does what uses a few tokens outside of turns. Where days have a limit, what is expected is booked before, so that
 * requests that race for the last tokens wait for each other, and corrected afterwards to what `work` was counted.
 *
 * @param work adds to the usages what its models count, also where it fails
 * @throws LIMIT_EXCEEDED
 */
export async function spend<T>(
  em: Em,
  limits: Limits,
  spending: Spending,
  work: (usages: Usage[]) => Promise<T>,
): Promise<T> {
  const booked = await bookExpected(em, limits, spending);
  const usages: Usage[] = [];
  try {
    return await work(usages);
  } finally {
    if (booked === null) await bookUsage(em, spending, usages);
    else await viewerTransaction(em, spending.userId, (tx) => correct(tx, booked, spending, usages));
  }
}

/** @returns the entry; null where nothing is limited */
async function bookExpected(em: Em, limits: Limits, { userId, expected }: Spending): Promise<string | null> {
  if (limits.tokensPerDay === null) return null;
  const tokens = expected.inputTokens + expected.outputTokens;
  return viewerTransaction(em, userId, async (tx) => {
    await lockPace(tx, userId);
    await refuseFullDay(tx, limits, { userId, tokens });
    const entry = db(tx)
      .insertInto('usage_entry')
      .values({ userId, session: null, ...expected });
    return (await entry.returning('id').executeTakeFirstOrThrow()).id;
  });
}

/** Not where the entry has gone: then its viewer has erased everything meanwhile. */
async function correct(em: Em, booked: string, spending: Spending, usages: readonly Usage[]): Promise<void> {
  const { numDeletedRows } = await db(em)
    .deleteFrom('usage_entry')
    .where('id', '=', booked)
    .where('userId', '=', spending.userId)
    .executeTakeFirstOrThrow();
  if (numDeletedRows > 0n) await bookUsage(em, spending, usages);
}
