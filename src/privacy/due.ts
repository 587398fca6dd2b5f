import type { SessionRow } from '../chat/own.ts';
import type { Config } from '../config.ts';

type Retention = Config['retention'];

const DAY_MS = 86_400_000;

/** Sessions not written to since then are deleted (null: never), and those deleted before are purged. */
export function dueSince(
  { deleteInactiveAfterDays: idleDays, purgeDeletedAfterDays: purgeDays }: Retention,
  now: Date,
): { idleSince: Date | null; deletedSince: Date } {
  const daysAgo = (days: number) => new Date(now.getTime() - days * DAY_MS);
  return { idleSince: idleDays === null ? null : daysAgo(idleDays), deletedSince: daysAgo(purgeDays) };
}

/** What is to be done with a session; null: nothing yet. */
export function dueFor(
  { deletedAt, updatedAt }: Pick<SessionRow, 'deletedAt' | 'updatedAt'>,
  retention: Retention,
  now: Date,
): 'DELETE' | 'PURGE' | null {
  const { idleSince, deletedSince } = dueSince(retention, now);
  if (deletedAt !== null) return deletedAt <= deletedSince ? 'PURGE' : null;
  return idleSince !== null && updatedAt <= idleSince ? 'DELETE' : null;
}
