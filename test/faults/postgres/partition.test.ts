import { expect, test, vi } from 'vitest';
import { loadModel, startLoad } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_VIEWERS, PATIENCE, report } from '../../support/fault-rounds.ts';
import { startFleet } from '../../support/fleet.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
import { runningReplies, untilEnded } from '../../support/taken-over.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { serverDatabase } from '../../support/test-database.ts';

const readiness = async (url: string): Promise<number> => (await fetch(`${url}/readyz`)).status;

test.skipIf(NO_POSTGRES)(
  'a process that the network parts from the database loses its replies to the others, and gives them up; when it heals, it serves again',
  { timeout: 180_000 + FAULT_ROUNDS * 120_000 },
  async () => {
    const databaseUrl = await serverDatabase();
    const address = new URL(databaseUrl);
    const line = await startTcpProxy({ host: address.hostname, port: Number(address.port) });
    address.host = `127.0.0.1:${line.port}`;
    const env = (at: number) => (at === 0 ? { DATABASE_URL: address.href } : {});
    const fleet = await startFleet({ databaseUrl, env });
    const [parted, ...others] = fleet.servers;
    if (!parted) throw new Error('A fleet of three has a first.');
    fleet.model.otherwise(loadModel(100));
    const history = recordHistory('partition');
    const load = startLoad({ history, processes: fleet.processes, viewers: FAULT_VIEWERS, patienceMs: 5_000 });

    for (let round = 0; round < FAULT_ROUNDS; round++) {
      await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(FAULT_VIEWERS), PATIENCE);
      const acknowledged = load.acknowledged();
      line.freeze();
      const partedAt = Date.now();
      const running = await runningReplies(fleet);
      await vi.waitFor(async () => expect(await readiness(parted.url)).toBe(503), PATIENCE);
      report(`unready after ${Date.now() - partedAt} ms`);
      expect((await fetch(`${parted.url}/healthz`)).status).toBe(200);
      // The others end what it wrote, while it is still parted.
      await untilEnded(fleet, running, partedAt);
      for (const { url } of others) expect(await readiness(url)).toBe(200);
      await vi.waitFor(() => expect(load.acknowledged()).toBeGreaterThan(acknowledged + FAULT_VIEWERS), PATIENCE);

      // What was held back on the way arrives, or is lost, in turn.
      if (round % 2 === 1) line.cut();
      await line.heal();
      await vi.waitFor(async () => expect(await readiness(parted.url)).toBe(200), PATIENCE);
    }
    await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(FAULT_VIEWERS), PATIENCE);
    load.stop();
    await load.ended;

    report(await expectSound(history, fleet.query));
    report(JSON.stringify([...load.codes]));
    expect([...load.codes.keys()]).not.toContain('INTERNAL_SERVER_ERROR');
    const ends = await fleet.query("select distinct status, error ->> 'code' as code from chat_message order by 1, 2");
    expect(ends).toContainEqual({ status: 'FAILED', code: 'INTERRUPTED' });
    expect(ends.filter(({ code }) => code !== null && code !== 'INTERRUPTED')).toEqual([]);
  },
);
