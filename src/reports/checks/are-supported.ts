import { foreignNamesIn } from './foreign-names.ts';
import type { CheckedSource, Given } from './given.ts';
import { datesIn, isDay, isMonth, type NamedDates } from './named-dates.ts';
import { isClaimed, isSame, type NamedNumber, numbersIn } from './named-numbers.ts';

/** Without L and C, or a CV would be one. */
const ROMAN = /\b[IVX]{2,}\b/g;

/** Whether each number and date of what is said is a figure, the day of a source, or stands in a source. */
export function areSupported(said: string, cited: readonly CheckedSource[], given: Given): boolean {
  const named = datesIn(said);
  const inSources = cited.map(({ text }) => datesIn(text));
  const foreign = cited.map(({ text }) => foreignNamesIn(text));
  const days = [...cited.flatMap(({ saidAt }) => saidAt ?? []), ...given.days];
  const numbers = cited.flatMap(({ text, filename }) => numbersIn(`${filename ?? ''} ${text}`));
  const hasNumber = (wanted: number) => numbers.some(({ value }) => value === String(wanted));
  const years = new Set(days.map((day) => String(day.getUTCFullYear())));
  const isFigure = ({ value, unit }: NamedNumber) =>
    given.figures.some((figure) => figure.unit === unit && String(figure.count) === value) &&
    // A day of the period is none of anything else.
    (unit !== 'day' || /\b(?:wr[io]t\w+|messages?|sessions?|period)\b/i.test(said));
  return (
    named.days.every(
      (day) =>
        days.some((date) => isDay(day, date)) ||
        inSources.some((other) => namesDay(other, day)) ||
        (foreign.some(({ months }) => months.includes(day.month)) && hasNumber(day.day)),
    ) &&
    named.months.every(
      (month) =>
        days.some((date) => isMonth(month, date)) ||
        inSources.some((other) => other.months.some((each) => each.month === month.month)) ||
        foreign.some(({ months }) => months.includes(month.month)),
    ) &&
    named.daysAlone.every((day) => days.some((date) => date.getUTCDate() === day) || hasNumber(day)) &&
    named.weekdays.every(
      (weekday) =>
        cited.some(({ saidAt }) => saidAt?.getUTCDay() === weekday) ||
        [...inSources, ...foreign].some(({ weekdays }) => weekdays.includes(weekday)),
    ) &&
    (said.match(ROMAN) ?? []).every((number) => cited.some(({ text }) => text.includes(number))) &&
    numbersIn(named.rest)
      .filter(isClaimed)
      .every(
        (number) =>
          numbers.some((other) => isSame(number, other)) ||
          foreign.some((names) => names.numbers.includes(number.value)) ||
          (number.unit === null && years.has(number.value)) ||
          isFigure(number),
      )
  );
}

const namesDay = ({ days }: NamedDates, wanted: NamedDates['days'][number]) =>
  days.some(({ day, month, year }) => day === wanted.day && month === wanted.month && (wanted.year ?? year) === year);
