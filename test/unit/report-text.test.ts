import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mostSentences } from '../../src/models/report-parts.ts';
import { type PlannedSection, type ReportPlan, ReportText } from '../../src/reports/text/report-text.ts';

const section = (written: PlannedSection['written'], rest: Partial<PlannedSection> = {}): PlannedSection => ({
  written,
  heading: written,
  own: [],
  form: 'LIST',
  byRules: [],
  empty: `Nothing of ${written}.`,
  ...rest,
});

const plan: ReportPlan = {
  sections: [
    section('BRIEF', { form: 'PARAGRAPH' }),
    section('GOALS', { byRules: ['By rules: “run far” [1].'] }),
    section('CHANGED', { form: 'PARAGRAPH', own: ['- Then: “run far” [1]', '- Later: “ran 6 km” [2]'], empty: null }),
    section('OBSTACLES'),
    section('HELP', { heading: null }),
    section(null, { heading: 'Own words', own: ['- “ran 6 km” [2]'], empty: null }),
    section('QUESTIONS'),
  ],
  given: {
    sources: new Map([
      [1, { text: 'I want to run far. No. 5 is my bus.', saidAt: new Date('2026-03-02T12:00:00Z'), filename: null }],
      [2, { text: 'I ran 6 km. It was fun.', saidAt: new Date('2026-03-14T12:00:00Z'), filename: null }],
    ]),
    figures: [],
    days: [],
  },
  sources: (cited) => `\n\nSources: ${[...cited].sort().join(' ')}`,
};

function write(text: string, cuts: readonly number[] = [], how: 'WHOLE' | 'CUT' = 'WHOLE') {
  const report = new ReportText(plan);
  const ends = [...new Set(cuts.map((cut) => cut % (text.length + 1)))].sort((a, b) => a - b);
  const pieces = [0, ...ends].map((from, at) => text.slice(from, ends[at] ?? text.length));
  const out = pieces.map((piece) => report.push(piece));
  return { out, text: [...out, report.end(how)].join(''), notes: report.notes };
}

const FAITHFUL = `IN BRIEF
You wanted to run far [1]. You ran 6 km [2].
GOALS
On 2 March you wanted to “run far” [1].
CHANGED
Both are about running [1, 2].
IN THE WAY
HELPED
You said: “It was fun” [2].
QUESTIONS
What came of “run far” [1]?
What would be next?`;

test('sections, headings and what is ours come from the plan, sentences from the model', () => {
  const { text, notes } = write(FAITHFUL);
  expect(text).toBe(`

## BRIEF

You wanted to run far [1]. You ran 6 km [2].

## GOALS

- On 2 March you wanted to “run far” [1].

## CHANGED

- Then: “run far” [1]
- Later: “ran 6 km” [2]

Both are about running [1, 2].

## OBSTACLES

- Nothing of OBSTACLES.

- You said: “It was fun” [2].

## Own words

- “ran 6 km” [2]

## QUESTIONS

- What came of “run far” [1]?
- What would be next?

Sources: 1 2`);
  expect(notes).toEqual([]);
});

test('what enters is the same however the model’s text was cut', () => {
  const hostile = `You ran 6 km. [2]\n## GOALS:\n1. You wanted to run far [1].\n- **You ran [ 2 ]**\nHELPED: You ran 6 km on 14 March [2, 1].\n“It was fun. Really.” [2] You ran e.g. 6 km [2].\nIN BRIEF\nYou went [9].\n`;
  for (const model of [FAITHFUL, hostile]) {
    const whole = write(model);
    fc.assert(
      fc.property(fc.array(fc.nat(2_000), { maxLength: 40 }), (cuts) => {
        expect(write(model, cuts)).toEqual({ ...whole, out: expect.anything() });
      }),
    );
    expect(
      write(
        model,
        [...model].map((_, at) => at),
      ).text,
    ).toBe(whole.text);
  }
});

test('a sentence enters once it and its markers are whole, and not before', () => {
  const report = new ReportText(plan);
  expect(report.push('IN BRIEF\nYou ran 6 km')).toContain('## BRIEF');
  expect(report.push('. [')).toBe('');
  expect(report.push('2')).toBe('');
  expect(report.push(']')).toBe('');
  expect(report.push('\n')).toBe('\n\nYou ran 6 km. [2]');
});

test('what stays out is counted by why, in a sentence', () => {
  const { text, notes } = write('You ran. You slept. You ran 9 km [2].\nQUESTIONS\nWhat is next?');
  expect(text).not.toMatch(/slept|9 km/);
  expect(notes[0]).toBe('3 sentences left out: 2 cited nothing, 1 gave a number or date that nothing supports.');
});

test('where nothing of the model’s held, rules say what they can, and the notes say so', () => {
  const { text, notes } = write('GOALS\nYou wanted to fly to 3 moons [1].');
  expect(text).toContain('- By rules: “run far” [1].');
  expect(notes).toEqual([
    '1 sentence left out: 1 gave a number or date that nothing supports.',
    "Written by rules, since nothing of the model's held there: goals.",
  ]);
});

test.each([
  'IN BRIEF (at most 3 sentences)\nYou ran 6 km [2].',
  '**In brief** (at most 3 sentences): You ran 6 km [2].',
  '1. IN BRIEF — You ran 6 km [2].',
  'IN BRIEF\nYou ran 6 km【2】.',
  'IN BRIEF\nYou ran 6 km ［ 2 ］.',
])('%j is read as it is meant', (model) => {
  const { text, notes } = write(model);
  expect(text).toMatch(/## BRIEF\n\nYou ran 6 km ?\[2\]\.\n/);
  expect(notes.join()).not.toContain('left out');
});

test('a model that says that there is nothing is no reason to doubt it', () => {
  const { text, notes } = write('IN BRIEF\nYou ran [2].\nIN THE WAY\nNone.\nHELPED\nNo obstacles were named.');
  expect(text).toContain('Nothing of OBSTACLES.');
  expect(text).toContain('Nothing of HELP.');
  expect(notes.join()).not.toContain('left out');
});

test('where nothing held and rules have nothing, it does not say that there was nothing', () => {
  const { text } = write('IN BRIEF\nYou ran [2].\nIN THE WAY\nYou broke both legs.');
  expect(text).not.toContain('Nothing of OBSTACLES.');
  expect(text).toContain('Nothing of what was written here could be checked against your words.');
  expect(text).toContain('Nothing of HELP.');
});

test('a heading of the model’s own is none, a section that is past is not entered again', () => {
  const { text } = write(`# Diagnosis\nIN THE WAY\nYou ran 6 km [2].\nGOALS\nYou wanted to run far [1].\n## Sources\n`);
  expect(text).not.toContain('Diagnosis');
  expect(text.indexOf('You wanted to run far [1].')).toBeGreaterThan(text.indexOf('## OBSTACLES'));
  expect(text.match(/^## .*/gm)).toEqual([
    '## BRIEF',
    '## GOALS',
    '## CHANGED',
    '## OBSTACLES',
    '## Own words',
    '## QUESTIONS',
  ]);
});

test('no section takes more than it may, and nothing twice', () => {
  const many = Array.from({ length: 30 }, (_, at) => `You ran far${'.'.repeat((at % 3) + 1)} [2]`);
  const { text } = write(`IN BRIEF\nYou ran [2]. You ran [2]. ${many.join(' ')}`);
  const brief = text.split('## GOALS')[0] ?? '';
  expect(brief.match(/\[2\]/g)?.length).toBeLessThanOrEqual(mostSentences.BRIEF);
  expect(brief.match(/You ran \[2\]/g)).toHaveLength(1);
});

test('a text without an end is passed over, and what follows it on the next line is read', () => {
  const { text, notes } = write(`IN BRIEF\n${'on and on '.repeat(20_000)}\nYou ran 6 km [2].`);
  expect(text).toContain('You ran 6 km [2].');
  expect(text).not.toContain('on and on');
  expect(notes[0]).toMatch(/^1 sentence left out/);
});

test('a last sentence that was cut off stays out; one without a stop that is whole gets one', () => {
  expect(write('You ran 6 km [2]', [], 'CUT').text).not.toContain('You ran');
  expect(write('You ran 6 km [2]').text).toContain('You ran 6 km [2].');
});

test('a report that was broken off ends where it is', () => {
  const report = new ReportText(plan);
  report.push('You ran 6 km [2]. And then');
  expect(report.end('BROKEN')).toBe('');
});

test('a quotation is not cut at the stops inside it, nor a sentence at an abbreviation or a number', () => {
  const { text } = write('You said: “I ran 6 km. It was fun” [2]. You named No. 5 as your bus [1].');
  expect(text).toContain('You said: “I ran 6 km. It was fun” [2]. You named No. 5 as your bus [1].');
});

test('whatever a model writes, each sentence of its sections cites what was given', () => {
  const pieces = fc.constantFrom(
    ...[
      'You ran',
      ' 6 km',
      ' [2]',
      ' [7]',
      '. ',
      '\n',
      'GOALS\n',
      'HELPED:',
      '“It was fun”',
      '“',
      '!',
      '? ',
      '[',
      ']',
      '1',
      '# ',
    ],
  );
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 40 }), (parts) => {
      const { text } = write(parts.join(''));
      const lines = (text.split('## QUESTIONS')[0] ?? '').split('\n').filter((line) => line.includes('You'));
      for (const line of lines) expect(line).toMatch(/\[[12](, [12])*\]/);
      expect(text).not.toMatch(/\[7\]|!/);
    }),
    { numRuns: 1_000 },
  );
});
