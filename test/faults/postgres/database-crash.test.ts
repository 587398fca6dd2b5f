import { expect, test, vi } from 'vitest';
import { loadModel, startLoad, tokenFor } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_VIEWERS, PATIENCE, report } from '../../support/fault-rounds.ts';
import { startFleet } from '../../support/fleet.ts';
import { migratedPostgres, NO_POSTGRES } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
import { createTestViewer } from '../../support/test-viewer.ts';

const readiness = async (url: string): Promise<number> => (await fetch(`${url}/readyz`)).status;

test.skipIf(NO_POSTGRES)(
  'PostgreSQL is killed and comes back under load: servers say that they are unavailable, and all heals without a restart of theirs',
  { timeout: 120_000 + FAULT_ROUNDS * 60_000 },
  async () => {
    const postgres = await migratedPostgres();
    const fleet = await startFleet({ databaseUrl: postgres.url });
    fleet.model.otherwise(loadModel(50));
    const history = recordHistory('database-crash');
    const load = startLoad({ history, processes: fleet.processes, viewers: FAULT_VIEWERS });
    const token = await tokenFor('somebody');
    const viewers = fleet.servers.map(({ url }) => createTestViewer({ id: 'somebody', url, token }));

    for (let round = 0; round < FAULT_ROUNDS; round++) {
      await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(FAULT_VIEWERS), PATIENCE);
      // Killed and shut down in turn: what clients are told then differs.
      await (round % 2 === 0 ? postgres.crash() : postgres.stop());
      for (const { url } of fleet.servers) {
        await vi.waitFor(async () => expect(await readiness(url)).toBe(503), PATIENCE);
        expect((await fetch(`${url}/healthz`)).status).toBe(200);
      }
      for (const viewer of viewers) {
        await expect(viewer.createSession()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
        await expect(viewer.sessions()).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE' });
      }
      const acknowledged = load.acknowledged();

      await postgres.start();
      for (const { url } of fleet.servers)
        await vi.waitFor(async () => expect(await readiness(url)).toBe(200), PATIENCE);
      for (const viewer of viewers) expect((await viewer.turn('Are you back?')).reply.status).toBe('COMPLETE');
      await vi.waitFor(() => expect(load.acknowledged()).toBeGreaterThan(acknowledged + FAULT_VIEWERS), PATIENCE);
    }
    load.stop();
    await load.ended;

    report(await expectSound(history, fleet.query, ['somebody']));
    report(JSON.stringify([...load.codes]));
    expect([...load.codes.keys()]).toContain('SERVICE_UNAVAILABLE');
    expect([...load.codes.keys()]).not.toContain('INTERNAL_SERVER_ERROR');
    const codes = await fleet.query(
      "select distinct error ->> 'code' as code from chat_message where error is not null",
    );
    expect(codes.filter(({ code }) => code !== 'INTERRUPTED')).toEqual([]);
  },
);
