import { execFile } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkHistory } from '../support/check-history.ts';
import { Falsified, faults } from '../support/history/faults.ts';
import { imaginedHistories } from '../support/history/imagined.ts';
import { createHistory, digestOf, readHistory, type SeenMessage, type StoredMessage } from '../support/history.ts';
import { temporaryFolder } from '../support/server-process.ts';

test('what correct servers do violates nothing, however it overlaps and breaks', () => {
  fc.assert(
    fc.property(imaginedHistories, ({ records, final }) => {
      expect(checkHistory(records, final)).toEqual([]);
    }),
    { numRuns: 300, endOnFailure: true },
  );
});

test.for(faults)('it is found that %s', ([_, rule, commit]) => {
  fc.assert(
    fc.property(imaginedHistories, fc.nat(), (imagined, pick) => {
      const history = new Falsified(imagined, pick);
      commit(history);
      const violations = checkHistory(history.records, history.final);
      expect(violations.filter((violation) => violation.startsWith(`${rule}:`))).not.toEqual([]);
    }),
    { numRuns: 30, endOnFailure: true },
  );
});

const asSeen = ({ id, seq, role, status, text }: StoredMessage): SeenMessage => ({
  ...{ id, seq, role, status },
  ...{ digest: digestOf(text), length: text.length },
});

const program = new URL('../support/check-history.ts', import.meta.url).pathname;
const runProgram = (...files: string[]) => promisify(execFile)(process.execPath, [program, ...files]);

test('a history is written as it happens, and checked by a program', async () => {
  const folder = temporaryFolder();
  const [sound, broken, unfinished] = ['sound', 'broken', 'unfinished'].map((name) =>
    path.join(folder, `${name}.jsonl`),
  );
  if (!sound || !broken || !unfinished) return;
  const history = createHistory(sound);
  const caller = { viewer: 'v1', client: 'v1/a', process: 'p1' };
  const content = digestOf('I cannot sleep.');
  const sending = history.start(caller, { name: 'send', sessionId: null, key: 'k', content, answer: 'Breathe.' });
  expect(readHistory(sound)).toEqual(history.records);
  const rest = { errorCode: null, isSuperseded: false, isForgotten: false };
  const message: StoredMessage = {
    ...{ ...rest, id: 'm1', seq: 1, role: 'USER', status: 'COMPLETE', text: 'I cannot sleep.', replyToId: null },
    chunks: [{ position: 0, text: 'I cannot sleep.', isEmbedded: true }],
  };
  const reply: StoredMessage = {
    ...{ ...rest, id: 'm2', seq: 2, role: 'ASSISTANT', status: 'COMPLETE', text: 'Breathe.', replyToId: 'm1' },
    chunks: [{ position: 0, text: 'Breathe.', isEmbedded: true }],
  };
  sending.ok({ name: 'send', sessionId: 's1', message: asSeen(message), reply: asSeen(reply) });
  await expect(runProgram(sound)).rejects.toMatchObject({ code: 1, stdout: expect.stringContaining('no final state') });

  const session = { id: 's1', viewer: 'v1', isActive: true, messageCount: 2, messages: [message, reply] };
  history.final({ sessions: [session], jobs: 0, parts: 0 });
  const { stdout } = await runProgram(sound);
  expect(stdout).toContain('1 operations (1 ok, 0 failed, 0 unknown); 1 messages acknowledged; 1 replies (1 COMPLETE)');
  expect(stdout).toContain('; 0 violations.');

  const lines = history.records.map((record) => JSON.stringify(record)).join('\n');
  writeFileSync(broken, lines.replace('"jobs":0', '"jobs":3'));
  await expect(runProgram(sound, broken)).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('1 violations.\n  Memory: 3 jobs are left.'),
  });
  writeFileSync(unfinished, lines.slice(0, -10));
  await expect(runProgram(unfinished)).rejects.toMatchObject({ code: 1 });
  await expect(runProgram()).rejects.toMatchObject({ code: 1 });
});
