/** What a report looks at; days are the reader's own. */
export type Period = { kind: 'DAYS'; days: number } | { kind: 'ALL' } | { kind: 'BETWEEN'; from: string; to: string };

export interface Instants {
  /** Inclusive. */
  since?: string;
  /** Exclusive. */
  until?: string;
}

/** @param now the last day of `DAYS` is today */
export function instantsOf(period: Period, now = new Date()): Instants {
  if (period.kind === 'ALL') return {};
  if (period.kind === 'DAYS') return { since: midnight(now, 1 - period.days).toISOString() };
  const [from, to] = [dateOf(period.from), dateOf(period.to)];
  return { ...(from && { since: from.toISOString() }), ...(to && { until: midnight(to, 1).toISOString() }) };
}

/** Why it is no period; null where it is one. */
export function faultOf(period: Period): string | null {
  if (period.kind !== 'BETWEEN') return null;
  const [from, to] = [dateOf(period.from), dateOf(period.to)];
  if (!from && !to) return 'Choose a first day, a last day, or both.';
  return from && to && from > to ? 'The first day is after the last.' : null;
}

/** A number of days from the day of `date` on, at its beginning; summer time makes no day longer. */
const midnight = (date: Date, days: number): Date =>
  new Date(date.getFullYear(), date.getMonth(), date.getDate() + days);

/** @param day as date fields give it, 2026-11-22; empty where none was chosen */
function dateOf(day: string): Date | null {
  const [, year, month, date] = /^(\d{4})-(\d{2})-(\d{2})$/.exec(day) ?? [];
  return year ? new Date(Number(year), Number(month) - 1, Number(date)) : null;
}
