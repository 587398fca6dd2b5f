import fc from 'fast-check';
import { expect, test } from 'vitest';
import { writeReport } from '../../src/models/offline/report.ts';
import { type ReportParts, type ReportPassage, sectionLabels } from '../../src/models/report-parts.ts';
import { ReportText } from '../../src/reports/text/report-text.ts';
import { coachingMessages } from '../support/coaching-messages.ts';
import { delegating, running, sleep } from '../support/six-weeks.ts';

const partsOf = (said: readonly { text: string; on?: string }[], given: Partial<ReportParts> = {}): ReportParts => ({
  passages: said.map(
    ({ text, on = '2026-03-02' }, at): ReportPassage => ({
      ...{ marker: at + 1, text, filename: null },
      saidAt: new Date(`${on}T12:00:00Z`),
    }),
  ),
  pair: null,
  seenFrom: new Date('2026-04-12T00:00:00Z'),
  ...given,
});

/** The report's own sentences through the checks that a model's have to pass. */
function checked(parts: ReportParts) {
  const sections = (['BRIEF', 'GOALS', 'CHANGED', 'OBSTACLES', 'HELP', 'QUESTIONS'] as const).map((written) => ({
    ...{ written, heading: sectionLabels[written], own: [], byRules: [], empty: null },
    form: 'LIST' as const,
  }));
  const sources = new Map(parts.passages.map((passage) => [passage.marker, passage]));
  const report = new ReportText({ sections, given: { sources, figures: [], days: [] }, sources: () => '' });
  const text = report.push(writeReport(parts)) + report.end('WHOLE');
  return { text, notes: report.notes };
}

test('over six weeks it dates and quotes goals, plans that changed, setbacks and what helped, each under its label', () => {
  const all = [...running, ...sleep, ...delegating].toSorted((a, b) => ((a.on ?? '') < (b.on ?? '') ? -1 : 1));
  const { text, notes } = checked(partsOf(all));
  expect(notes).toEqual([]);
  const under = (label: string) => text.split(`## ${label}`)[1]?.split('\n## ')[0] ?? '';
  expect(under('IN BRIEF')).toContain('You came back to “run” on 2 and 3 March, 2 and 9 April, among other days');
  expect(under('GOALS')).toMatch(/On 2 March you named a goal: “I want to be able to run 10 km by June” \[\d+\]\./);
  expect(under('GOALS')).toMatch(/On 30 March you changed a plan: “I'm pausing the bedtime goal for now/);
  expect(under('IN THE WAY')).toContain('“I missed the run on Tuesday, the meeting went over”');
  expect(under('IN THE WAY')).not.toMatch(/didn't hurt|did not open the file/);
  expect(under('HELPED')).toContain(
    'you wrote of what helped: “Laying my running clothes out the evening before helped”',
  );
  expect(under('QUESTIONS').match(/\?$/gm)).toHaveLength(3);
});

test('what it writes of any messages passes every check that a model has to pass', () => {
  const day = fc.integer({ min: 1, max: 28 }).map((date) => `2026-03-${String(date).padStart(2, '0')}`);
  const message = fc.record({ text: fc.constantFrom(...coachingMessages.map(({ text }) => text)), on: day });
  fc.assert(
    fc.property(fc.array(message, { maxLength: 25 }), (said) => {
      const { notes } = checked(partsOf(said.toSorted((a, b) => (a.on < b.on ? -1 : 1))));
      expect(notes).toEqual([]);
    }),
    { numRuns: 200 },
  );
});

test('years are given where a period spans more than one', () => {
  const said = [
    { text: 'I want to learn the cello.', on: '2025-11-03' },
    { text: 'I practised the cello for an hour.', on: '2026-01-05' },
  ];
  const { text } = checked(partsOf(said, { seenFrom: new Date(0) }));
  expect(text).toContain('You came back to “cello” on 3 November 2025 and 5 January 2026 [1, 2].');
});

test('a document is quoted by its name, and two passages are linked by the word they share', () => {
  const said = partsOf([
    { text: 'I lie awake until one.', on: '2026-03-03' },
    { text: 'I no longer lie awake.', on: '2026-03-20' },
  ]);
  const plan = {
    marker: 3,
    text: '# Evenings\n\nRead something dull. Who lies awake puts the phone away at nine.',
    saidAt: null,
    filename: 'plan.md',
  };
  const { text, notes } = checked({ ...said, passages: [...said.passages, plan], pair: [1, 2] });
  expect(notes).toEqual([]);
  expect(text).toContain('Your document plan.md says: “Who lies awake puts the phone away at nine” [3].');
  expect(text).toContain('Both times you wrote about “awake” [1, 2].');
});

test('what speaks of danger is quoted nowhere', () => {
  const { text } = checked(
    partsOf([{ text: 'I want to kill myself on Sunday.' }, { text: 'I want to call my sister.' }]),
  );
  expect(text).toContain('call my sister');
  expect(text).not.toContain('kill');
});

test('a goal that was given up is told of with the change, and not asked after', () => {
  const { text } = checked(
    partsOf([
      { text: 'I want to speak at the December conference.', on: '2026-03-02' },
      { text: 'I no longer want to do the December conference.', on: '2026-03-20' },
    ]),
  );
  expect(text).toContain('On 20 March you changed a plan: “I no longer want to do the December conference” [2].');
  expect(text).not.toContain('got there: “I want to speak at the December conference”');
});

test('days of different months are told as a list', () => {
  const said = [
    { text: 'My garden needs water.', on: '2026-02-03' },
    { text: 'I dug over the garden after work.', on: '2026-03-14' },
    { text: 'The garden looks green at last.', on: '2026-04-09' },
  ];
  expect(checked(partsOf(said)).text).toContain('You came back to “garden” on 3 February, 14 March and 9 April');
});
