import { expect, test, vi } from 'vitest';
import { createGate, says, slowly } from '../support/model-answers.ts';
import { rowsOf } from '../support/server-process.ts';
import { createWorld } from '../support/world.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });
const PATIENCE = { timeout: 15_000, interval: 20 };

test('a report whose server was killed ends as interrupted, with the text that was persisted, and another can be written', async () => {
  const { file, model, start } = await createWorld();
  const first = await start();
  const { session } = await first.viewer.turn('I want to sleep before midnight this week.');
  const gate = createGate();
  model.next(slowly(['IN BRIEF\nYou wanted to sleep before midnight [1].\n', 'You wanted to sleep [1].\n'], gate));
  const { report } = await first.viewer.report({ sessionId: session.id });
  gate.release(1);
  const reading = first.viewer.replyStream(report.id);
  let read = '';
  while (!read.includes('before midnight [1].')) read += (await reading.next()).value.text;
  await vi.waitFor(
    () => expect(rowsOf(file, 'select sum(length(text)) as length from reply_part')[0]?.length).toBe(read.length),
    PATIENCE,
  );
  await first.kill();
  await expect(reading.next()).rejects.toThrow();

  const { viewer } = await start();
  const ended = await viewer.message(report.id);
  expect(ended).toMatchObject({ type: 'REPORT', status: 'FAILED', content: read, error: { code: 'INTERRUPTED' } });
  expect(rowsOf(file, 'select * from reply_part')).toEqual([]);
  const { events, text } = await viewer.follow(report.id, 10);
  expect(text).toBe(read.slice(10));
  expect(events.at(-1)).toMatchObject({ __typename: 'ReplyFailed' });
  expect((await viewer.manifest(report.id)).messages).toHaveLength(2);

  model.next(says('IN BRIEF\nYou wanted to sleep before midnight [1].\n'));
  const again = await viewer.report({ sessionId: session.id, wait: true });
  expect(again.report).toMatchObject({
    status: 'COMPLETE',
    content: expect.stringContaining('1 message in 1 session'),
  });
});
