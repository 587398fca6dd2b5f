/** From, to, both inside: days since 1970-01-01. */
export type DayRange = readonly [from: number, to: number];

const DAY_MS = 86_400_000;
const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];

const MONTH =
  '(january|february|march|april|may|june|july|august|september|october|november|december' +
  '|jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\\b\\.?';
const DAY = '(\\d{1,2})(?:st|nd|rd|th)?\\b';

const ISO_DATE = /\b(\d{4})-(\d{2})-(\d{2})\b/g;
const DAY_MONTH = new RegExp(`\\b${DAY}(?:\\s+of)?\\s+${MONTH}(?:,?\\s*(\\d{4})\\b)?`, 'gi');
const MONTH_DAY = new RegExp(`\\b${MONTH}\\s+${DAY}(?:,?\\s*(\\d{4})\\b)?`, 'gi');
const MONTH_YEAR = new RegExp(`\\b${MONTH},?\\s+(?:of\\s+)?(\\d{4})\\b`, 'gi');
/** "may" and "march" are other words too. */
const MONTH_ALONE =
  /\b(january|february|april|june|july|august|september|october|november|december|(?:in|during|of|last|this|late|early) (?:march|may))\b/gi;

/** Of one question. Each chunk is compared with each, so what a question may name needs an end. */
const MAX_RANGES = 16;

/** The day of `instant` in UTC. */
export const dayOf = (instant: Date): number => Math.floor(instant.getTime() / DAY_MS);

export const yearOf = (day: number): number => new Date(day * DAY_MS).getUTCFullYear();

/**
 * The days, else the months, that a question names; the first 16 different ones.
 *
 * @param years what a date without a year may mean: those of the texts searched, oldest first; of many, the latest count
 */
export const datesNamed = (question: string, years: readonly number[]): DayRange[] =>
  distinct(allNamed(question, years.slice(-MAX_RANGES))).slice(0, MAX_RANGES);

function allNamed(question: string, years: readonly number[]): DayRange[] {
  const yearsOf = (year: string | undefined) => (year === undefined ? years : [Number(year)]);

  const days = [
    ...matches(ISO_DATE, question).map(([year, month, day]) => ({ year, month: Number(month) - 1, day })),
    ...matches(DAY_MONTH, question).map(([day, month, year]) => ({ year, month: monthNamed(month), day })),
    ...matches(MONTH_DAY, question).map(([month, day, year]) => ({ year, month: monthNamed(month), day })),
  ];
  const named = days.flatMap(({ year, month, day }) => yearsOf(year).flatMap((y) => oneDay(y, month, Number(day))));
  if (named.length > 0) return named;

  const months = matches(MONTH_YEAR, question);
  if (months.length > 0) return months.map(([month, year]) => wholeMonth(Number(year), monthNamed(month)));

  return matches(MONTH_ALONE, question).flatMap(([month]) =>
    years.map((year) => wholeMonth(year, monthNamed(month?.split(' ').at(-1)))),
  );
}

/** 1 inside a range; less with every day before or after it; 0 when nothing is named. */
export function nearnessTo(ranges: readonly DayRange[], day: number): number {
  return ranges.reduce((nearest, [from, to]) => {
    // What is told of a day is told after it more often than before.
    const nearness = day < from ? Math.exp((day - from) / 4) : day > to ? Math.exp((to - day) / 8) : 1;
    return Math.max(nearest, nearness);
  }, 0);
}

const distinct = (ranges: readonly DayRange[]): DayRange[] => [
  ...new Map(ranges.map((range) => [range.join(), range])).values(),
];

/** What the groups of each match hold. */
const matches = (pattern: RegExp, text: string): (string | undefined)[][] =>
  [...text.matchAll(pattern)].map((match) => match.slice(1));

const monthNamed = (name = ''): number => MONTHS.indexOf(name.slice(0, 3).toLowerCase());

const dayNumber = (year: number, month: number, day: number): number => Date.UTC(year, month, day) / DAY_MS;

/** Nothing where there is no such day. */
function oneDay(year: number, month: number, day: number): DayRange[] {
  const date = new Date(Date.UTC(year, month, day));
  return date.getUTCMonth() === month && date.getUTCDate() === day ? [[dayOf(date), dayOf(date)]] : [];
}

const wholeMonth = (year: number, month: number): DayRange => [
  dayNumber(year, month, 1),
  dayNumber(year, month + 1, 1) - 1,
];
