import { expect, test, vi } from 'vitest';
import { LOAD_SECRET, loadModel, type Process, startLoad } from '../support/chat-load.ts';
import { rowsOf } from '../support/server-process.ts';
import { expectSound, recordHistory } from '../support/sound-history.ts';
import { createWorld } from '../support/world.ts';

vi.setConfig({ testTimeout: 120_000 });

test('a server on one file that is killed twice under load loses, doubles and reorders nothing', async () => {
  const { file, model, start } = await createWorld();
  model.otherwise(loadModel(10));
  const first = await start({ AUTH_JWT_SECRET: LOAD_SECRET });
  let processes: Process[] = [{ name: 'p1', url: first.url }];
  const history = recordHistory('one-file');
  const load = startLoad({ history, processes: () => processes, viewers: 6 });

  for (let server = first, kills = 1; kills <= 2; kills++) {
    await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(8), { timeout: 15_000 });
    await server.kill();
    server = await start({ AUTH_JWT_SECRET: LOAD_SECRET });
    processes = [{ name: `p${kills + 1}`, url: server.url }];
  }
  await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(8), { timeout: 15_000 });
  load.stop();
  await load.ended;

  expect(await expectSound(history, (sql) => rowsOf(file, sql))).toMatch(/\d{2} messages acknowledged/);
  expect([...load.codes.keys()].filter((code) => code.startsWith('INTERNAL'))).toEqual([]);
});
