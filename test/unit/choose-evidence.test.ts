import { expect, test } from 'vitest';
import {
  chooseEvidence,
  readPassages,
  scoresOf,
  type WeighedPassage,
  weigh,
} from '../../src/reports/evidence/choose-evidence.ts';
import { choosePair, mattersOf } from '../../src/reports/evidence/choose-pair.ts';
import type { MessagePassage } from '../../src/reports/evidence/passages.ts';

const passages = (said: readonly [on: string, text: string][]): MessagePassage[] =>
  said.map(([on, text], at) => ({
    ...{ messageId: `m${at}`, sessionId: 's', sessionTitle: 'Running', seq: at + 1, position: 0, role: 'USER', text },
    range: [0, text.length],
    tokens: 10,
    saidAt: new Date(`${on}T12:00:00Z`),
  }));

const weighed = async (said: readonly [string, string][], scores = new Map<string, number>()) =>
  weigh(await readPassages(passages(said)), scores);

const textsOf = (chosen: readonly WeighedPassage[]) => chosen.map(({ text }) => text);

const SAID: [string, string][] = [
  ['2026-03-01', 'The weather was grey all day long.'],
  ['2026-03-01', 'I want to run 10 km by June.'],
  ['2026-03-01', 'I want to sleep before midnight.'],
  ['2026-03-09', 'The train was late again this morning.'],
  ['2026-03-20', 'I ran 6 km on Sunday.'],
];

test('each day has its weightiest words before any has its second, and the order is that of time', async () => {
  const all = await weighed(SAID);
  const room = (count: number) => all.slice(0, count).reduce((sum, { lineTokens }) => sum + lineTokens, 6);
  expect(textsOf(chooseEvidence(all, room(3)))).toEqual([
    'I want to run 10 km by June.',
    'The train was late again this morning.',
    'I ran 6 km on Sunday.',
  ]);
  expect(textsOf(chooseEvidence(all, 10_000))).toEqual(SAID.map(([, text]) => text));
});

test('what is wanted comes first, what does not fit is passed over', async () => {
  const all = await weighed(SAID);
  const wanted = all.slice(0, 1);
  expect(textsOf(chooseEvidence(all, (wanted[0]?.lineTokens ?? 0) + 2, wanted))).toEqual([
    'The weather was grey all day long.',
  ]);
  expect(chooseEvidence(all, 5)).toEqual([]);
});

test('relevance goes before kind, and the better of two scores counts', async () => {
  const hits = [
    { messageId: 'm3', position: 0, score: 0.4 },
    { messageId: 'm3', position: 0, score: 0.9 },
  ];
  const all = await weighed(SAID, scoresOf(hits));
  expect(all.toSorted((a, b) => b.weight - a.weight)[0]?.text).toBe('The train was late again this morning.');
});

test('what only asks, or speaks of danger, is no evidence', async () => {
  const all = await weighed([
    ['2026-03-01', 'What should I do now?'],
    ['2026-03-02', 'I want to kill myself.'],
    ['2026-03-03', 'I want to call my sister.'],
  ]);
  expect(textsOf(all)).toEqual(['I want to call my sister.']);
});

test('the earliest and the latest on a matter are set side by side, the latest that tells of something done', async () => {
  const all = await weighed([
    ['2026-03-01', 'I want to run 10 km by June.'],
    ['2026-03-09', 'I ran 3 km this morning.'],
    ['2026-03-20', 'I ran 6 km on Sunday.'],
    ['2026-03-22', 'The run club has a new place to meet.'],
    ['2026-03-25', 'I moved the desk to the window.'],
  ]);
  const [matter = ''] = mattersOf(all, 1);
  expect(matter).toBe('I want to run 10 km by June');
  expect(textsOf(choosePair([], all, matter, 1) ?? [])).toEqual([
    'I want to run 10 km by June.',
    'I ran 6 km on Sunday.',
  ]);
});

test('two passages of one day are no change', async () => {
  const all = await weighed([
    ['2026-03-01', 'I want to run 10 km by June.'],
    ['2026-03-01', 'I ran 3 km this morning.'],
  ]);
  expect(choosePair(all, all, 'run', 1)).toBeNull();
});

test('what has but one word of a goal is not set beside it, unless it was asked for', async () => {
  const all = await weighed([
    ['2026-03-02', 'I want to lose my fear of speaking.'],
    ['2026-03-20', 'I worry that I lose what I learned.'],
  ]);
  expect(choosePair(all, all, 'I want to lose my fear of speaking.', 2)).toBeNull();
  expect(choosePair(all, all, 'lose', 1)).not.toBeNull();
});
