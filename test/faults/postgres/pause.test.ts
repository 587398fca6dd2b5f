import { expect, test, vi } from 'vitest';
import { loadModel, startLoad } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_VIEWERS, PATIENCE, report, TAKEOVER } from '../../support/fault-rounds.ts';
import { startFleet } from '../../support/fleet.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
import { serverDatabase } from '../../support/test-database.ts';

test.skipIf(NO_POSTGRES)(
  'a process that stands still until its leases have run out finds its replies taken when it goes on, and changes nothing of them',
  { timeout: 120_000 + FAULT_ROUNDS * 120_000 },
  async () => {
    const fleet = await startFleet({ databaseUrl: await serverDatabase() });
    fleet.model.otherwise(loadModel(100));
    const history = recordHistory('pause');
    const load = startLoad({ history, processes: fleet.processes, viewers: FAULT_VIEWERS, patienceMs: 5_000 });

    for (let round = 0; round < FAULT_ROUNDS; round++) {
      await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(FAULT_VIEWERS), PATIENCE);
      const still = fleet.servers[round % fleet.servers.length];
      still?.signal('SIGSTOP');
      const running = await fleet.query("select id from chat_message where status in ('PENDING', 'STREAMING')");
      const ids = running.map(({ id }) => `'${id}'`).join(', ');
      const left = `select id from chat_message where id in (${ids}) and status in ('PENDING', 'STREAMING')`;
      await vi.waitFor(async () => expect(await fleet.query(left)).toEqual([]), TAKEOVER);
      const ended = `select id, status, content, ended_at from chat_message where id in (${ids}) order by id`;
      const before = await fleet.query(ended);
      report(`${before.filter(({ status }) => status === 'FAILED').length} of ${before.length} replies were taken`);

      const logged = still?.logged().length ?? 0;
      still?.signal('SIGCONT');
      // It tells of each reply that it held when it has given it up.
      await vi.waitFor(() => expect(still?.logged().slice(logged)).toContain('reply ended'), PATIENCE);
      const acknowledged = load.acknowledged();
      await vi.waitFor(() => expect(load.acknowledged()).toBeGreaterThan(acknowledged + FAULT_VIEWERS), PATIENCE);
      // But for those that their viewers have removed.
      const after = new Map((await fleet.query(ended)).map((row) => [row.id, row]));
      for (const row of before) expect(after.get(row.id) ?? row).toEqual(row);
    }
    load.stop();
    await load.ended;

    report(await expectSound(history, fleet.query));
    report(JSON.stringify([...load.codes]));
    expect([...load.codes.keys()]).not.toContain('INTERNAL_SERVER_ERROR');
    expect(
      await fleet.query("select distinct error ->> 'code' as code from chat_message where error is not null"),
    ).toEqual([{ code: 'INTERRUPTED' }]);
  },
);
