const numbers = new Intl.NumberFormat();
const time = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' });
const weekday = new Intl.DateTimeFormat(undefined, { weekday: 'short' });
const day = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short' });
const dayOfYear = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', year: 'numeric' });

const wholeDay = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'long', year: 'numeric' });

const DAY_MS = 86_400_000;

export const inDigits = (count: number): string => numbers.format(count);

/** As in "1 message", "2,000 messages". */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${inDigits(count)} ${count === 1 ? one : many}`;

export const timeOf = (instant: string): string => time.format(new Date(instant));

/** The day as one would say it: Today, Yesterday, Tue, 12 Nov, 3 Sep 2025. */
export function dayOf(instant: string, now = new Date()): string {
  const at = new Date(instant);
  const days = Math.round((startOfDay(now) - startOfDay(at)) / DAY_MS);
  if (days === 0) return 'Today';
  if (days === 1) return 'Yesterday';
  if (days > 1 && days < 7) return weekday.format(at);
  return (at.getFullYear() === now.getFullYear() ? day : dayOfYear).format(at);
}

/** As in 22 November 2026: for what is read another day. */
export const fullDayOf = (instant: string): string => wholeDay.format(new Date(instant));

/** The time of today, the day of earlier ones. */
export function whenOf(instant: string, now = new Date()): string {
  const said = dayOf(instant, now);
  return said === 'Today' ? timeOf(instant) : said;
}

const UNITS = ['kilobyte', 'megabyte', 'gigabyte'] as const;

/** As in "812 bytes", "24 kB", "1.3 MB". */
export function sizeOf(bytes: number): string {
  if (bytes < 1000) return counted(bytes, 'byte');
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), UNITS.length);
  const count = bytes / 1000 ** power;
  const maximumFractionDigits = power > 1 && count < 10 ? 1 : 0;
  const format = { style: 'unit', unit: UNITS[power - 1], maximumFractionDigits } as const;
  return new Intl.NumberFormat(undefined, format).format(count);
}

const startOfDay = (date: Date): number => new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
