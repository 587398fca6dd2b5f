const MONTHS = [
  ...['January', 'February', 'March', 'April', 'May', 'June', 'July'],
  ...['August', 'September', 'October', 'November', 'December'],
];
const WEEKDAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

const DAY = '\\d{1,2}(?:st|nd|rd|th)?';
const MONTH = `(${MONTHS.join('|')}|${MONTHS.map((month) => `${month.slice(0, 3)}\\.?(?!\\p{L})`).join('|')})`;
const DAYS = `(${DAY}(?:(?:,? and |, | to | – |–|-| & )${DAY})*)`;
const DAYS_OF_MONTH = new RegExp(`(?<![\\d.,:])${DAYS} (?:of )?${MONTH}(?:,? (\\d{4}))?(?!\\d)`, 'gu');
const MONTH_AND_DAYS = new RegExp(`${MONTH} ${DAYS}(?:,? (\\d{4}))?(?![\\d:])`, 'gu');
const ISO = /(?<!\d)(\d{4})-(\d{2})-(\d{2})(?!\d)/g;
const MONTH_ALONE = new RegExp(
  `\\b(?:(?:in|during|since|until|by|of|early|late|mid|from|to)[ -])?${MONTH}(?: (\\d{4}))?`,
  'gu',
);
const DAY_ALONE = /\bthe (\d{1,2})(?:st|nd|rd|th)\b/g;
const WEEKDAY = new RegExp(
  `\\b(?:(${WEEKDAYS.join('|')})s?|(?:on|and|or|by|since|until|last|next|every) (Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\\b)`,
  'gi',
);

export interface NamedDay {
  year: number | null;
  /** From 0. */
  month: number;
  day: number;
}

export interface NamedDates {
  days: NamedDay[];
  months: { year: number | null; month: number }[];
  /** Of a month that is not named: “the 14th”. */
  daysAlone: number[];
  /** From 0, Sunday. */
  weekdays: number[];
  /** The text without the dates, so that their numbers are not taken for others. */
  rest: string;
}

export function datesIn(text: string): NamedDates {
  const days: NamedDay[] = [];
  const months: NamedDates['months'] = [];
  const addDays = (named: string, month: string, year: string | undefined) => {
    for (const [day] of named.matchAll(/\d+/g))
      days.push({ year: yearOf(year), month: monthOf(month), day: Number(day) });
    return ' ';
  };
  const withoutDays = text
    .replace(ISO, (_all, year: string, month: string, day: string) => {
      days.push({ year: Number(year), month: Number(month) - 1, day: Number(day) });
      return ' ';
    })
    .replace(DAYS_OF_MONTH, (_all, named: string, month: string, year?: string) => addDays(named, month, year))
    .replace(MONTH_AND_DAYS, (_all, month: string, named: string, year?: string) => addDays(named, month, year));
  const daysAlone: number[] = [];
  const rest = withoutDays
    .replace(MONTH_ALONE, (_all, month: string, year?: string) => {
      months.push({ year: yearOf(year), month: monthOf(month) });
      return ' ';
    })
    .replace(DAY_ALONE, (_all, day: string) => {
      daysAlone.push(Number(day));
      return ' ';
    });
  const weekdays = [...rest.matchAll(WEEKDAY)].map(([, name, short = '']) =>
    WEEKDAYS.findIndex((weekday) => weekday.toLowerCase().startsWith((name ?? short).toLowerCase())),
  );
  return { days, months, daysAlone, weekdays, rest };
}

const monthOf = (name: string) => MONTHS.findIndex((month) => month.startsWith(name.slice(0, 3)));
const yearOf = (year: string | undefined) => (year === undefined ? null : Number(year));

export const isDay = ({ year, month, day }: NamedDay, date: Date): boolean =>
  date.getUTCDate() === day && date.getUTCMonth() === month && (year === null || date.getUTCFullYear() === year);

export const isMonth = ({ year, month }: { year: number | null; month: number }, date: Date): boolean =>
  date.getUTCMonth() === month && (year === null || date.getUTCFullYear() === year);
