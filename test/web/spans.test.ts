import { expect, test } from 'vitest';
import { roundAbove, spansOf } from '../../web/src/usage/spans.ts';

const NOW = new Date('2026-11-26T15:00:00Z');
const day = (date: string, inputTokens: number, outputTokens = 0) => ({ date, usage: { inputTokens, outputTokens } });
const daysBefore = (days: number) => new Date(NOW.getTime() - days * 86_400_000).toISOString().slice(0, 10);

test('every day of a period has a bar, those without usage too', () => {
  const { grain, spans } = spansOf([day('2026-11-24', 5, 1)], new Date('2026-11-23T00:00:00Z'), NOW);
  expect(grain).toBe('day');
  expect(spans.map(({ from, inputTokens, outputTokens }) => [from, inputTokens, outputTokens])).toEqual([
    ['2026-11-23', 0, 0],
    ['2026-11-24', 5, 1],
    ['2026-11-25', 0, 0],
    ['2026-11-26', 0, 0],
  ]);
});

test('without a beginning it is the first day with usage, and today where there is none', () => {
  expect(spansOf([day('2026-11-25', 5)], null, NOW).spans.map(({ from }) => from)).toEqual([
    '2026-11-25',
    '2026-11-26',
  ]);
  expect(spansOf([], null, NOW).spans).toEqual([
    { from: '2026-11-26', to: '2026-11-26', inputTokens: 0, outputTokens: 0 },
  ]);
});

test.for([
  [91, 'day', 92],
  [92, 'week', 14],
  [400, 'week', 58],
  [1000, 'month', 33],
] as const)('usage since %i days is shown by the %s, and none of it is lost', ([days, grain, bars]) => {
  const byDay = Array.from({ length: days + 1 }, (_, at) => day(daysBefore(days - at), at + 1, 1));
  const shown = spansOf(byDay, null, NOW);
  expect([shown.grain, shown.spans.length]).toEqual([grain, bars]);
  expect(shown.spans.reduce((sum, span) => sum + span.inputTokens, 0)).toBe(((days + 1) * (days + 2)) / 2);
  expect(shown.spans.reduce((sum, span) => sum + span.outputTokens, 0)).toBe(days + 1);
  expect([shown.spans[0]?.from, shown.spans.at(-1)?.to]).toEqual([daysBefore(days), '2026-11-26']);
});

test('weeks begin on Monday', () => {
  const { spans } = spansOf([day(daysBefore(120), 1)], null, NOW);
  for (const { from } of spans.slice(1)) expect(new Date(from).getUTCDay()).toBe(1);
});

test('the scale ends at a round number that holds the highest bar', () => {
  expect([0, 1, 3, 20, 21, 500, 48_000, 2e9].map(roundAbove)).toEqual([1, 1, 5, 20, 50, 500, 50_000, 2e9]);
});
