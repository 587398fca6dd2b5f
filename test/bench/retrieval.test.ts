import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { readConversations } from '../../bench/retrieval/locomo.ts';
import { interval, judge } from '../../bench/retrieval/measures.ts';
import { builtProgram } from '../support/built-program.ts';

// The embedding model starts slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000 });

const file = fileURLToPath(new URL('./small-locomo.json', import.meta.url));
const bench = fileURLToPath(new URL('../../bench/retrieval/run.ts', import.meta.url));

async function run(...args: string[]): Promise<{ code: number | null; printed: string; said: string }> {
  const child = spawn(process.execPath, [bench, ...args], {
    env: { PATH: process.env.PATH, BENCH_BUILT: builtProgram() },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [printed, said] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { code: await exited, printed, said };
}

/** The tables of a run, by title: the first figure of each cell, by row and column. */
function tablesOf(printed: string): Record<string, Record<string, Record<string, number>>> {
  const tables = printed.split('\n## ').slice(1);
  return Object.fromEntries(
    tables.map((table) => {
      const [title = '', ...lines] = table.split('\n');
      const rows = lines
        .filter((line) => line.startsWith('| '))
        .map((line) => line.split('|').map((cell) => cell.trim()));
      const [head = [], ...body] = rows;
      const cellsOf = (row: string[]) =>
        Object.fromEntries(row.map((cell, at) => [head[at] ?? '', Number.parseFloat(cell)]));
      return [title, Object.fromEntries(body.map((row) => [row[1] ?? '', cellsOf(row)]))];
    }),
  );
}

test('the bench of retrieval tells how much of the evidence each ranking finds, and what a search costs', async () => {
  const { code, printed, said } = await run('--quick', file);

  expect(said).toBe('');
  expect(code).toBe(0);
  const tables = tablesOf(printed);
  expect(Object.keys(tables)).toEqual([
    'small-locomo.json: all questions (7)',
    'small-locomo.json: single-hop (2)',
    'small-locomo.json: multi-hop (1)',
    'small-locomo.json: temporal (2)',
    'small-locomo.json: open-domain (1)',
    'small-locomo.json: adversarial (1)',
    'CPU of a search in 300 chunks',
  ]);
  const all = tables['small-locomo.json: all questions (7)'] ?? {};
  const rankings = ['lexical alone', 'semantic alone', 'shipped, no embedding', 'shipped ranking', 'as sent'];
  expect(Object.keys(all)).toEqual([...rankings, 'shipped ranking - lexical alone']);
  const shipped = all['shipped ranking'] ?? {};
  const difference = all['shipped ranking - lexical alone'] ?? {};
  expect(shipped['R@10']).toBeGreaterThan(0.5);
  expect(difference['R@10']).toBeCloseTo((shipped['R@10'] ?? 0) - (all['lexical alone']?.['R@10'] ?? 0), 2);
  expect(shipped['R@4000t']).toBe(1);
  expect(tables['small-locomo.json: single-hop (2)']?.['lexical alone']?.MRR).toBe(0.5);
});

test('what the bench does not know it says', async () => {
  const { code, said } = await run('--slow');
  expect(code).toBe(1);
  expect(said).toContain('There is no --slow.');
});

test('evidence ids are split and repaired; captions and questions without evidence stay out', () => {
  const [conversation] = readConversations(file);
  const evidence = conversation?.questions.map((question) => question.evidence.map(({ messageId }) => messageId));
  expect(evidence).toEqual([['D1:2'], ['D2:3', 'D10:4'], ['D2:8'], ['D10:1'], ['D2:6'], ['D1:5'], ['D1:7']]);
  expect(conversation?.sessions.map(({ at }) => at.toISOString().slice(0, 10))).toEqual([
    '2024-03-03',
    '2024-04-21',
    '2024-05-12',
  ]);
  const picture = (captions: boolean) => readConversations(file, captions)[0]?.sessions[0]?.messages[6]?.text;
  expect(picture(false)).toBe('Only with umbrellas. Look at her.');
  expect(picture(true)).toBe('Only with umbrellas. Look at her. a photo of a zebra on a sofa');
});

const chunk = (messageId: string, from: number, tokens: number) => ({
  messageId,
  place: `${messageId} ${from}`,
  range: [from, from + 10] as const,
  text: '',
  tokens,
  speaker: null,
});

test('a message has the rank of its best chunk, among messages, and costs the tokens up to there', () => {
  const ranked = [chunk('a', 0, 300), chunk('a', 10, 300), chunk('b', 0, 1000), chunk('c', 0, 3000)];
  const conversation = { id: '', isOfDocuments: false, sessions: [], questions: [] };
  const evidence = ['b', 'c', 'd', 'e'].map((messageId) => ({ messageId, quote: null }));
  expect(judge(ranked, evidence, conversation)).toEqual({
    ...{ 'R@5': 0.5, 'R@10': 0.5, 'R@20': 0.5, MRR: 0.5 },
    ...{ 'R@500t': 0, 'R@2000t': 0.25, 'R@4000t': 0.25 },
  });
  expect(judge([], evidence, conversation)).toMatchObject({ MRR: 0, 'R@20': 0, 'R@4000t': 0 });
});

test('a quotation has the rank of the first chunk that holds some of it', () => {
  const messages = [{ id: 'a', role: 'USER' as const, speaker: null, text: '0123456789 the quotation, and more' }];
  const conversation = { id: '', isOfDocuments: false, sessions: [{ at: new Date(), messages }], questions: [] };
  const ranked = [chunk('a', 0, 10), chunk('a', 20, 10), chunk('a', 10, 10)];
  const judged = judge(ranked, [{ messageId: 'a', quote: 'quotation' }], conversation);
  expect(judged.MRR).toBe(1 / 2);
});

test('an interval is the same each time, and holds the mean', () => {
  const values = Array.from({ length: 100 }, (_, i) => i % 2);
  const [low, high] = interval(values, 500);
  expect(interval(values, 500)).toEqual([low, high]);
  expect(low).toBeGreaterThan(0.35);
  expect(low).toBeLessThan(0.5);
  expect(high).toBeGreaterThan(0.5);
  expect(high).toBeLessThan(0.65);
});
