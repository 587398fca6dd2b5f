import fc from 'fast-check';
import { expect, test } from 'vitest';
import { datesNamed, dayOf, nearnessTo, yearOf } from '../../src/memory/search/dates.ts';

const day = (date: string) => dayOf(new Date(`${date}T00:00:00Z`));
const named = (question: string, years = [2023]) =>
  datesNamed(question, years).map((range) => range.map((d) => new Date(d * 86_400_000).toISOString().slice(0, 10)));

test.each([
  ['What did I say on 25 May 2022?', '2022-05-25'],
  ['What did I say on the 25th of May, 2022?', '2022-05-25'],
  ['What happened on May 25th?', '2023-05-25'],
  ['And on Sept. 3, 2021?', '2021-09-03'],
  ['What of 2024-02-29?', '2024-02-29'],
  ['what about 8 may', '2023-05-08'],
])('a day is named by "%s"', (question, date) => {
  expect(named(question)).toEqual([[date, date]]);
});

test('a day without a year is meant in every year of the texts', () => {
  expect(named('My race on 3 June', [2022, 2023])).toEqual([
    ['2022-06-03', '2022-06-03'],
    ['2023-06-03', '2023-06-03'],
  ]);
});

test('a month is meant as a whole, with its year or in every year of the texts', () => {
  expect(named('What did I plan in February 2024?')).toEqual([['2024-02-01', '2024-02-29']]);
  expect(named('How was December?', [2022, 2023])).toEqual([
    ['2022-12-01', '2022-12-31'],
    ['2023-12-01', '2023-12-31'],
  ]);
  expect(named('How did I feel in may?')).toEqual([['2023-05-01', '2023-05-31']]);
});

test('a day hides the months beside it', () => {
  expect(named('After 3 June 2023, did July go better?')).toEqual([['2023-06-03', '2023-06-03']]);
});

test.each(['May I march on?', 'I may have 2 ideas', 'Section 31 February 2023', 'In 2023', '2023-13-40', ''])(
  'no date is named by "%s"',
  (question) => {
    expect(named(question).filter(([from, to]) => from === to)).toEqual([]);
  },
);

test('words that are months only sometimes are none without a preposition', () => {
  expect(named('May I march on?')).toEqual([]);
});

test('a date named again and again is one', () => {
  expect(named('1 May '.repeat(5333), [2022, 2023])).toEqual([
    ['2022-05-01', '2022-05-01'],
    ['2023-05-01', '2023-05-01'],
  ]);
  expect(named('June 2023, then june 2023')).toEqual([['2023-06-01', '2023-06-30']]);
});

test('of many dates the first 16 count', () => {
  const dates = Array.from({ length: 28 }, (_, i) => `2023-02-${String(i + 1).padStart(2, '0')}`);
  expect(named(dates.join(' and ')).map(([from]) => from)).toEqual(dates.slice(0, 16));
});

test('of many years the latest 16 count', () => {
  const years = Array.from({ length: 40 }, (_, i) => 1990 + i);
  const expected = years.slice(-16);
  expect(named('3 June', years)).toEqual(expected.map((year) => [`${year}-06-03`, `${year}-06-03`]));
  expect(named('in June', years)).toEqual(expected.map((year) => [`${year}-06-01`, `${year}-06-30`]));
});

test('any text is read without error, and every range runs forward', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: fc.constantFrom('May', '31', ' ', 'of ', '2023', '-02-', ',', 'june', 'in ') }),
      (text) => {
        for (const [from, to] of datesNamed(text, [2023, 2024])) expect(to).toBeGreaterThanOrEqual(from);
      },
    ),
  );
});

test('nearness is 1 inside, falls faster before than after, and is 0 without a date', () => {
  const ranges = [[day('2023-05-01'), day('2023-05-31')]] as const;
  expect(nearnessTo(ranges, day('2023-05-31'))).toBe(1);
  const [before, after] = [nearnessTo(ranges, day('2023-04-29')), nearnessTo(ranges, day('2023-06-02'))];
  expect(before).toBeCloseTo(Math.exp(-2 / 4));
  expect(after).toBeCloseTo(Math.exp(-2 / 8));
  expect(nearnessTo([], 0)).toBe(0);
  expect(yearOf(day('2023-12-31'))).toBe(2023);
});
