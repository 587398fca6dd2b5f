import { expect, test } from 'vitest';
import { sizeOf } from '../../web/src/parts/words.ts';
import { groupByDay } from '../../web/src/sessions/list/group-by-day.ts';
import { neighbourOf, tagsOf } from '../../web/src/sessions/list/session-lists.ts';
import { suggestTags } from '../../web/src/sessions/settings/suggest-tags.ts';

test('sessions stand under the day, the week, or the month of their last change', () => {
  const now = new Date(2026, 10, 26, 12);
  const at = (...date: [number, number, number]) => ({ updatedAt: new Date(...date, 9).toISOString() });
  const later = { updatedAt: new Date(2026, 10, 26, 12, 5).toISOString() };
  const dates = [
    later,
    at(2026, 10, 26),
    at(2026, 10, 25),
    at(2026, 10, 20),
    at(2026, 10, 19),
    at(2026, 9, 2),
    at(2025, 9, 2),
  ];
  expect(groupByDay(dates, now).map(({ name, sessions }) => [name, sessions.length])).toEqual([
    ['Today', 2],
    ['Yesterday', 1],
    ['Last 7 days', 1],
    ['November', 1],
    ['October', 1],
    ['October 2025', 1],
  ]);
});

test('what is shown after a deletion is the next session, or the one before, or none', () => {
  const sessions = [{ id: 'a' }, { id: 'b' }];
  expect(neighbourOf(sessions, 'a')).toBe('b');
  expect(neighbourOf(sessions, 'b')).toBe('a');
  expect(neighbourOf([{ id: 'a' }], 'a')).toBe(null);
});

test('tags are suggested that begin as what is written, then those that have it, and none twice', () => {
  const known = tagsOf([{ tags: ['homework', 'work'] }, { tags: ['work', 'writing'] }]);
  expect(known).toEqual(['work', 'homework', 'writing']);
  expect(suggestTags('#Wor', known, [])).toEqual(['work', 'homework']);
  expect(suggestTags('', known, ['work'])).toEqual(['homework', 'writing']);
});

test('bytes are told in the unit that reads best', () => {
  expect([sizeOf(1), sizeOf(999), sizeOf(12_400), sizeOf(3_440_000)]).toEqual([
    '1 byte',
    '999 bytes',
    '12 kB',
    '3.4 MB',
  ]);
});
