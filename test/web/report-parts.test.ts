import { describe, expect, test } from 'vitest';
import { faultOf, instantsOf } from '../../web/src/reports/period.ts';
import { partsOf, progressOf } from '../../web/src/reports/report-parts.ts';

const REPORT = `# Report: 3 to 9 March 2026

You wrote 4 messages in 1 session.

Not covered: 1 message.

## In brief

You ran 3 km [1].

## Sources

- [1] Your message of 3 March 2026`;

describe('a report', () => {
  test('is laid out as title, preface, body and sources, whole or still growing', () => {
    expect(partsOf(REPORT)).toEqual({
      title: 'Report: 3 to 9 March 2026',
      preface: 'You wrote 4 messages in 1 session.\n\nNot covered: 1 message.',
      body: '## In brief\n\nYou ran 3 km\u00a0[1].',
      sources: '- [1] Your message of 3 March 2026',
    });
    expect(partsOf('# Report: 3 to 9 Ma')).toEqual({ title: 'Report: 3 to 9 Ma', preface: '', body: '', sources: '' });
    expect(partsOf('There is nothing here.')).toMatchObject({ title: null, preface: 'There is nothing here.' });
  });

  test('loses no word of its text in any of its states', () => {
    for (let end = 0; end <= REPORT.length; end += 1) {
      const { title, preface, body, sources } = partsOf(REPORT.slice(0, end));
      const words = `${title ?? ''} ${preface} ${body} ${sources}`.replaceAll('\u00a0', ' ');
      for (const word of REPORT.slice(0, end).split(/\s+/).slice(0, -1)) {
        if (!/^#+$|^Sources$/.test(word)) expect(words).toContain(word);
      }
    }
  });

  test('says what is being written', () => {
    expect(progressOf('')).toBe('Reading what you wrote in this period…');
    expect(progressOf('# Report')).toBe('Writing…');
    expect(progressOf(REPORT)).toBe('Writing “Sources”…');
  });
});

describe('a period', () => {
  const now = new Date(2026, 10, 26, 15, 30);

  test('of days ends with now and begins at a midnight, today counted', () => {
    expect(instantsOf({ kind: 'DAYS', days: 7 }, now)).toEqual({ since: new Date(2026, 10, 20).toISOString() });
    expect(instantsOf({ kind: 'ALL' }, now)).toEqual({});
  });

  test('between days includes the last one, and may be open at an end', () => {
    expect(instantsOf({ kind: 'BETWEEN', from: '2026-03-02', to: '2026-04-12' })).toEqual({
      since: new Date(2026, 2, 2).toISOString(),
      until: new Date(2026, 3, 13).toISOString(),
    });
    expect(instantsOf({ kind: 'BETWEEN', from: '', to: '2026-12-31' })).toEqual({
      until: new Date(2027, 0, 1).toISOString(),
    });
  });

  test('that is none is refused in words', () => {
    expect(faultOf({ kind: 'BETWEEN', from: '', to: '' })).toBe('Choose a first day, a last day, or both.');
    expect(faultOf({ kind: 'BETWEEN', from: '2026-04-12', to: '2026-03-02' })).toBe('The first day is after the last.');
    expect(faultOf({ kind: 'BETWEEN', from: '2026-03-02', to: '2026-03-02' })).toBeNull();
  });
});
