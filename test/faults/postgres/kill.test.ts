import { expect, test, vi } from 'vitest';
import { loadModel, startLoad } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_VIEWERS, PATIENCE, report, TAKEOVER } from '../../support/fault-rounds.ts';
import { startFleet } from '../../support/fleet.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
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
      const running = await fleet.query("select id from chat_message where status in ('PENDING', 'STREAMING')");
      const killedAt = Date.now();
      await fleet.servers[at]?.kill();
      const ids = running.map(({ id }) => `'${id}'`).join(', ');
      const left = `select id from chat_message where id in (${ids}) and status in ('PENDING', 'STREAMING')`;
      await vi.waitFor(async () => expect(await fleet.query(left)).toEqual([]), TAKEOVER);
      const [taken] = await fleet.query(
        `select count(*) as count, max(ended_at) as last from chat_message
           where id in (${ids}) and status = 'FAILED' and ended_at > to_timestamp(${killedAt / 1000})`,
      );
      report(
        `${running.length} replies ran, ${taken?.count} were ended by others, the last ${Number(taken?.last) - killedAt} ms after the kill`,
      );
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
