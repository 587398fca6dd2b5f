import { expect, test, vi } from 'vitest';
import { loadModel, startLoad } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_VIEWERS, PATIENCE, report } from '../../support/fault-rounds.ts';
import { startFleet } from '../../support/fleet.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
import { runningReplies, untilEnded } from '../../support/taken-over.ts';
import { serverDatabase } from '../../support/test-database.ts';

/** In two of three that share a session, one waits for the other. */
const VIEWERS = Math.max(FAULT_VIEWERS, 40);
const STREAMING = 50;

test.skipIf(NO_POSTGRES)(
  `one of three processes is killed while ${STREAMING} replies stream: nothing acknowledged is lost or doubled, each reply ends once, readers read on elsewhere`,
  { timeout: 120_000 + FAULT_ROUNDS * 120_000 },
  async () => {
    const fleet = await startFleet({ databaseUrl: await serverDatabase() });
    fleet.model.otherwise(loadModel(100));
    const history = recordHistory('kill');
    const load = startLoad({ history, processes: fleet.processes, viewers: VIEWERS });

    for (let round = 0; round < FAULT_ROUNDS; round++) {
      await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(STREAMING), PATIENCE);
      const at = round % fleet.servers.length;
      const running = await runningReplies(fleet);
      const killedAt = Date.now();
      await fleet.servers[at]?.kill();
      await untilEnded(fleet, running, killedAt);
      await fleet.replace(at);
    }
    await vi.waitFor(() => expect(load.streaming()).toBeGreaterThan(10), PATIENCE);
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
