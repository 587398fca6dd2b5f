import path from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { createGate, says, slowly } from '../support/model-answers.ts';
import { startModelServer } from '../support/model-server.ts';
import { rowsOf, type ServerProcess, startServer, temporaryFolder } from '../support/server-process.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const TURN = 1100;
const LIMITS = '{ viewer { limits { tokensLeftToday } usage { total { totalTokens } } } }';

async function tokensOf({ viewer }: ServerProcess): Promise<{ left: number; used: number }> {
  const { limits, usage } = (await viewer.query(LIMITS)).viewer;
  return { left: limits.tokensLeftToday, used: usage.total.totalTokens };
}

test('what a killed process had set aside comes back when the next one starts', async () => {
  const file = path.join(temporaryFolder(), 'carryover.db');
  const model = await startModelServer();
  onTestFinished(() => model.close());
  model.otherwise(slowly(['late'], createGate()));
  const env = {
    ...{ DATABASE_URL: `sqlite:${file}`, OPENAI_BASE_URL: model.url, CHAT_MODELS: 'test-model' },
    ...{ PROMPT_TOKENS: '1000', REPLY_TOKENS: '100', TOKENS_PER_DAY: String(2 * TURN) },
  };
  const first = await startServer({ env });
  const sent = await Promise.allSettled(['One.', 'Two.', 'Three.'].map((content) => first.viewer.send(content)));
  expect(sent.filter(({ status }) => status === 'fulfilled')).toHaveLength(2);
  expect(await tokensOf(first)).toMatchObject({ left: 0 });
  expect(rowsOf(file, 'select sum(reserved_tokens) as reserved from chat_message')).toEqual([{ reserved: 2 * TURN }]);
  await first.kill();

  const second = await startServer({ env });
  const { left, used } = await tokensOf(second);
  expect(left).toBe(2 * TURN - used);
  expect(rowsOf(file, 'select sum(reserved_tokens) as reserved from chat_message')).toEqual([{ reserved: 0 }]);
  model.otherwise(says('I hear you.'));
  expect((await second.viewer.turn('Three.')).reply.status).toBe('COMPLETE');
});
