import { setTimeout } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { loadModel, startLoad } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_SEED, FAULT_VIEWERS, PATIENCE, report } from '../../support/fault-rounds.ts';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { migratedPostgres, NO_POSTGRES, type PostgresServer } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

/** One thing that goes wrong, with which of the processes, and for how long. */
interface Fault {
  what: 'killed' | 'paused' | 'parted' | 'cut off' | 'unheard' | 'without its database';
  at: number;
  forMs: number;
}

const faults: fc.Arbitrary<Fault> = fc.record({
  what: fc.constantFrom<Fault['what']>('killed', 'paused', 'parted', 'cut off', 'unheard', 'without its database'),
  at: fc.nat(2),
  // Leases are gone after some of them.
  forMs: fc.oneof(fc.integer({ min: 0, max: 2_000 }), fc.integer({ min: 9_000, max: 14_000 })),
});

interface Place {
  fleet: Fleet;
  postgres: PostgresServer;
  lines: TcpProxy[];
}

/** Lets it happen, and makes it good. */
async function suffer({ fleet, postgres, lines }: Place, { what, at, forMs }: Fault): Promise<void> {
  const [server, line] = [fleet.servers[at], lines[at]];
  if (!server || !line) throw new Error(`There is no process ${at}.`);
  if (what === 'killed') {
    await server.kill();
    await setTimeout(forMs);
    await fleet.replace(at);
  } else if (what === 'paused') {
    server.signal('SIGSTOP');
    await setTimeout(forMs);
    server.signal('SIGCONT');
  } else if (what === 'parted') {
    line.freeze();
    await setTimeout(forMs);
    await line.heal();
  } else if (what === 'cut off') {
    line.refuse();
    line.cut();
    await setTimeout(forMs);
    await line.heal();
  } else if (what === 'unheard') {
    const listeners = "pg_stat_activity where application_name = 'carryover listen'";
    await fleet.query(`select pg_terminate_backend(pid) from ${listeners}`);
  } else {
    await postgres.crash();
    await setTimeout(forMs);
    await postgres.start();
  }
}

test.skipIf(NO_POSTGRES || !process.env.FAULT_ROUNDS)(
  'faults of all kinds, two at a time, lose, double and reorder nothing',
  { timeout: 180_000 + FAULT_ROUNDS * 120_000 },
  async () => {
    const postgres = await migratedPostgres();
    const lines = await Promise.all([0, 1, 2].map(() => startTcpProxy({ port: postgres.port })));
    const urls = lines.map(({ port }) => postgres.url.replace(`:${postgres.port}/`, `:${port}/`));
    const env = (at: number) => ({ DATABASE_URL: urls[at] });
    const fleet = await startFleet({ databaseUrl: postgres.url, env });
    fleet.model.otherwise(loadModel(60));
    const history = recordHistory('chaos');
    const load = startLoad({
      history,
      processes: fleet.processes,
      viewers: FAULT_VIEWERS,
      seed: FAULT_SEED,
      patienceMs: 5_000,
    });

    const place = { fleet, postgres, lines };
    for (const pair of fc.sample(fc.tuple(faults, faults), { seed: FAULT_SEED, numRuns: FAULT_ROUNDS })) {
      const acknowledged = load.acknowledged();
      await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(FAULT_VIEWERS / 2), PATIENCE);
      // Of what is the same for all there is one at a time, and a process cannot be started without its database.
      const [one, other] = pair;
      const isAlone =
        one.what === 'without its database' || one.at === other.at || other.what === 'without its database';
      report(isAlone ? JSON.stringify([one]) : JSON.stringify(pair));
      await Promise.all((isAlone ? [one] : pair).map((fault) => suffer(place, fault)));
      await vi.waitFor(() => expect(load.acknowledged()).toBeGreaterThan(acknowledged + FAULT_VIEWERS / 2), PATIENCE);
    }
    for (const { url } of fleet.servers)
      await vi.waitFor(async () => expect((await fetch(`${url}/readyz`)).status).toBe(200), PATIENCE);
    load.stop();
    await load.ended;

    report(await expectSound(history, fleet.query));
    report(JSON.stringify([...load.codes]));
    expect([...load.codes.keys()]).not.toContain('INTERNAL_SERVER_ERROR');
    const codes = await fleet.query(
      "select distinct error ->> 'code' as code from chat_message where error is not null",
    );
    expect(codes.filter(({ code }) => code !== 'INTERRUPTED')).toEqual([]);
  },
);
