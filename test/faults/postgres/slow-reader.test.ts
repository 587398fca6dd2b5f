import { expect, test, vi } from 'vitest';
import { loadModel, startLoad, tokenFor } from '../../support/chat-load.ts';
import { FAULT_ROUNDS, FAULT_VIEWERS, report } from '../../support/fault-rounds.ts';
import { startFleet } from '../../support/fleet.ts';
import { says } from '../../support/model-answers.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { expectSound, recordHistory } from '../../support/sound-history.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { serverDatabase } from '../../support/test-database.ts';
import { createTestViewer, type Data } from '../../support/test-viewer.ts';

vi.setConfig({ testTimeout: 120_000 });

/** Bells take a letter each, and six in JSON: some 7 MB, more than the sockets between two programs of one machine hold. */
const PIECES = Array.from({ length: 30_000 }, (_, at) => `${'\u0007'.repeat(34)}${String(at).padStart(6)}`);

test.skipIf(NO_POSTGRES)(
  'for a reader who does not keep up nothing is buffered: it reads on from where it is, and has the same text',
  async () => {
    const env = { CHAT_MODELS: 'test-model:4000000', REPLY_TOKENS: '1000000' };
    const fleet = await startFleet({ databaseUrl: await serverDatabase(), size: 2, env: () => env });
    const [writer, other] = fleet.servers;
    if (!writer || !other) throw new Error('A fleet of two has two.');
    const token = await tokenFor('alice');
    const alice = createTestViewer({ id: 'alice', url: writer.url, token });
    const elsewhere = createTestViewer({ id: 'alice', url: other.url, token });
    const line = await startTcpProxy({ port: Number(new URL(writer.url).port) });
    const slowly = createTestViewer({ id: 'alice', url: `http://127.0.0.1:${line.port}`, token });
    // A million letters need not be remembered.
    const session = await alice.createSession({ longTermMemory: false });

    fleet.model.next(says(...PIECES));
    line.slow(1_000);
    const { reply } = await alice.send('Tell me everything.', { sessionId: session.id });
    const slow = slowly.follow(reply.id, 0, 'sse');
    const fast = await Promise.all([alice.follow(reply.id, 0, 'sse'), elsewhere.follow(reply.id, 0, 'ws')]);
    const whole = PIECES.join('');
    for (const { text, events } of fast) {
      expect(text === whole).toBe(true);
      expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCompleted' });
    }
    // The others are not held up.
    expect((await alice.turn('And now?')).reply.status).toBe('COMPLETE');

    await line.heal();
    const { text, events } = await slow;
    expect(text === whole).toBe(true);
    expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCompleted', message: { status: 'COMPLETE' } });
    // What it missed while its socket was full came in one piece.
    const longest = Math.max(...events.map((event: Data) => event.text?.length ?? 0));
    report(
      `the slow reader had ${events.length} events, the longest of ${longest}; the fast one ${fast[0].events.length}`,
    );
    expect(longest).toBeGreaterThan(whole.length / 4);
  },
);

test.skipIf(NO_POSTGRES)(
  'clients on slow lines lose nothing',
  { timeout: 120_000 + FAULT_ROUNDS * 60_000 },
  async () => {
    const fleet = await startFleet({ databaseUrl: await serverDatabase() });
    fleet.model.otherwise(loadModel(20));
    const lines = await Promise.all(fleet.servers.map(({ url }) => startTcpProxy({ port: Number(new URL(url).port) })));
    const slowest = fleet.servers.map((_, at) => ({
      name: `slow p${at + 1}`,
      url: `http://127.0.0.1:${lines[at]?.port}`,
    }));
    for (const line of lines) line.slow(4_000);
    const history = recordHistory('slow-reader');
    const load = startLoad({
      history,
      processes: () => [...fleet.processes(), ...slowest],
      viewers: Math.ceil(FAULT_VIEWERS / 2),
      turns: 3 * FAULT_ROUNDS,
    });
    await load.ended;
    report(await expectSound(history, fleet.query));
    report(JSON.stringify([...load.codes]));
  },
);
