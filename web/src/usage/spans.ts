import { startOfDay } from './period.ts';

const DAY_MS = 86_400_000;
/** More bars than these cannot be told apart. */
const MAX_BARS = 92;

export interface Tokens {
  inputTokens: number;
  outputTokens: number;
}

/** What one bar and one row of the table stand for. */
export interface Span extends Tokens {
  /** Its first and its last day, in UTC, as 2026-11-22. */
  from: string;
  to: string;
}

/** How many days a bar stands for. */
export type Grain = 'day' | 'week' | 'month';

/**
 * Every day from `since` to today, those without usage too; weeks, or months, where days would be too many to be told apart.
 *
 * @param byDay in order
 * @param since null: from the first day with usage
 */
export function spansOf(
  byDay: readonly { date: string; usage: Tokens }[],
  since: Date | null,
  now = new Date(),
): { grain: Grain; spans: Span[] } {
  const first = byDay[0] ? new Date(byDay[0].date) : now;
  const begin = startOfDay(since && since < first ? since : first).getTime();
  const days = Math.max(1, (startOfDay(now).getTime() - begin) / DAY_MS + 1);
  const grain = days <= MAX_BARS ? 'day' : days <= MAX_BARS * 7 ? 'week' : 'month';
  const known = new Map(byDay.map(({ date, usage }) => [date, usage]));
  const spans: Span[] = [];
  let key = '';
  for (let at = 0; at < days; at += 1) {
    const date = dateOf(begin + at * DAY_MS);
    const { inputTokens = 0, outputTokens = 0 } = known.get(date) ?? {};
    const next = keyOf(date, grain);
    const span = spans.at(-1);
    if (span && next === key) {
      span.to = date;
      span.inputTokens += inputTokens;
      span.outputTokens += outputTokens;
    } else spans.push({ from: date, to: date, inputTokens, outputTokens });
    key = next;
  }
  return { grain, spans };
}

const dateOf = (time: number): string => new Date(time).toISOString().slice(0, 10);

function keyOf(date: string, grain: Grain): string {
  if (grain === 'day') return date;
  if (grain === 'month') return date.slice(0, 7);
  // Weeks begin on Monday; the first of 1970 was a Thursday.
  return String(Math.floor((new Date(date).getTime() / DAY_MS + 3) / 7));
}

/** A round number that is not below `value`: 1, 2 or 5 and zeros. */
export function roundAbove(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1)));
  return [1, 2, 5, 10].map((times) => times * power).find((round) => round >= value) ?? value;
}
