import { expect, test, vi } from 'vitest';
import { loadModel, startLoad, tokenFor } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_VIEWERS, PATIENCE, report } from '../../support/fault-rounds.ts';
import { type Fleet, startFleet } from '../../support/fleet.ts';
import { createGate, slowly } from '../../support/model-answers.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { serverDatabase } from '../../support/test-database.ts';
import { createTestViewer } from '../../support/test-viewer.ts';

vi.setConfig({ testTimeout: 120_000 });

const LISTENERS = "from pg_stat_activity where application_name = 'carryover listen' and datname = current_database()";

const listeners = async ({ query }: Fleet): Promise<unknown[]> =>
  (await query(`select pid ${LISTENERS} order by pid`)).map(({ pid }) => pid);

test.skipIf(NO_POSTGRES)(
  'the connections that listen are ended under load, again and again: they come back, and nobody misses anything',
  { timeout: 120_000 + FAULT_ROUNDS * 60_000 },
  async () => {
    const fleet = await startFleet({ databaseUrl: await serverDatabase() });
    fleet.model.otherwise(loadModel(30));
    const history = recordHistory('listen');
    const load = startLoad({ history, processes: fleet.processes, viewers: FAULT_VIEWERS });

    for (let round = 0; round < 3 * FAULT_ROUNDS; round++) {
      await vi.waitFor(() => expect(load.streaming()).toBeGreaterThanOrEqual(FAULT_VIEWERS), PATIENCE);
      await vi.waitFor(async () => expect(await listeners(fleet)).toHaveLength(3), PATIENCE);
      const before = await listeners(fleet);
      await fleet.query(`select pg_terminate_backend(pid) ${LISTENERS}`);
      await vi.waitFor(async () => {
        const after = await listeners(fleet);
        expect(after).toHaveLength(3);
        expect(after.filter((pid) => before.includes(pid))).toEqual([]);
      }, PATIENCE);
    }
    load.stop();
    await load.ended;

    report(await expectSound(history, fleet.query));
    report(JSON.stringify([...load.codes]));
    // Requests and streams do without it.
    expect([...load.codes.keys()].filter((code) => code !== 'REPLY_IN_PROGRESS' && code !== 'NOT_FOUND')).toEqual([]);
  },
);

test.skipIf(NO_POSTGRES)(
  'while nothing is heard of other processes, a reply is followed and cancelled through them all the same',
  async () => {
    const databaseUrl = await serverDatabase();
    const address = new URL(databaseUrl);
    const line = await startTcpProxy({ host: address.hostname, port: Number(address.port) });
    address.host = `127.0.0.1:${line.port}`;
    const fleet = await startFleet({ databaseUrl, size: 2, env: () => ({ DATABASE_LISTEN_URL: address.href }) });
    const token = await tokenFor('alice');
    const [here, there] = fleet.servers.map(({ url }) => createTestViewer({ id: 'alice', url, token }));
    if (!here || !there) throw new Error('A fleet of two has two.');
    await vi.waitFor(async () => expect(await listeners(fleet)).toHaveLength(2), PATIENCE);

    line.refuse();
    line.cut();
    await vi.waitFor(async () => expect(await listeners(fleet)).toEqual([]), PATIENCE);
    for (const { url } of fleet.servers) expect((await fetch(`${url}/readyz`)).status).toBe(200);

    const gate = createGate();
    fleet.model.next(slowly(['Breathe', ' in', ' slowly.'], gate));
    const { reply, session } = await here.send('I cannot sleep.');
    const reading = there.replyStream(reply.id);
    gate.release(2);
    let read = '';
    while (read !== 'Breathe in') read += (await reading.next()).value.text;
    gate.releaseAll();
    expect((await reading.next()).value).toMatchObject({ __typename: 'ReplyDelta', offset: 10, text: ' slowly.' });
    expect((await reading.next()).value).toMatchObject({ __typename: 'ReplyCompleted' });
    await reading.return(undefined);

    const never = createGate();
    fleet.model.next(slowly(['Walk', ' a', ' lot.'], never));
    const walking = await here.send('And then?', { sessionId: session.id });
    never.release(1);
    expect(await there.cancel(walking.reply.id)).toMatchObject({ status: 'CANCELLED' });

    await line.heal();
    await vi.waitFor(async () => expect(await listeners(fleet)).toHaveLength(2), PATIENCE);
    expect(await there.message(walking.reply.id)).toMatchObject({ status: 'CANCELLED' });
  },
);
