import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test, vi } from 'vitest';
import WebSocket from 'ws';
import { createGate, type ModelAnswer, slowly } from '../support/model-answers.ts';
import { rowsOf, type ServerProcess } from '../support/server-process.ts';
import type { Data } from '../support/test-viewer.ts';
import { createWorld } from '../support/world.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

/** More than a busy machine needs for anything here. */
const PATIENCE = { timeout: 15_000, interval: 20 };

const untilDraining = (server: ServerProcess) =>
  vi.waitFor(() => expect(server.logged()).toContain('draining'), PATIENCE);

/** A socket that is open before the server is asked to stop, and what is asked over it. */
async function openSocket(url: string) {
  const connected = Promise.withResolvers<unknown>();
  const client = createClient({
    url: `${url.replace('http', 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    lazy: false,
    retryAttempts: 0,
    onNonLazyError: () => undefined,
    on: { connected: connected.resolve },
  });
  onTestFinished(async () => client.dispose());
  await connected.promise;
  return async (query: string): Promise<Data> => (await client.iterate({ query }).next()).value;
}

const SEND = 'mutation { sendMessage(input: { content: "One more." }) { reply { id } } }';

test.for(['SIGTERM', 'SIGINT'] as const)(
  'after %s running replies come to their end, and no turn begins',
  async (signal) => {
    const { file, model, start } = await createWorld();
    const gate = createGate();
    model.otherwise(slowly(['Breathe ', 'in ', 'slowly.'], gate));
    const server = await start({ DRAIN_SECONDS: '60' });
    const { viewer } = server;
    const ask = await openSocket(server.url);
    const { reply, session } = await viewer.send('I cannot sleep.');
    const waiting = viewer.turn('And I am tired.');
    const readers = (['ws', 'sse'] as const).map((transport) => viewer.follow(reply.id, 0, transport));
    await vi.waitFor(() => expect(model.chats).toHaveLength(2), PATIENCE);
    gate.release(2);

    server.signal(signal);
    await untilDraining(server);
    // Who waits for a reply is told how far it is, and reads on.
    expect((await waiting).reply.status).toMatch(/PENDING|STREAMING/);
    expect(await ask(SEND)).toMatchObject({ errors: [{ extensions: { code: 'SERVICE_UNAVAILABLE' } }] });
    // For as long as a server that does not wait would have taken to be gone.
    for (let question = 0; question < 200; question++) {
      const answer = await ask(`{ chatSession(id: "${session.id}") { messageCount } }`);
      expect(answer).toMatchObject({ data: { chatSession: { messageCount: 2 } } });
    }
    await expectNotReady(server.url);
    await expect(viewer.send('One more.')).rejects.toThrow();
    expect(model.chats).toHaveLength(2);

    gate.releaseAll();
    for (const reader of readers) {
      const { text, events } = await reader;
      expect(text).toBe('Breathe in slowly.');
      expect(events.at(-1)).toMatchObject({ __typename: 'ReplyCompleted', message: { status: 'COMPLETE' } });
    }
    expect(await server.exited).toMatchObject({ code: 0 });
    expect(server.logged().at(-1)).toBe('stopped');
    expect(rowsOf(file, "select status, content from chat_message where role = 'ASSISTANT'")).toEqual([
      { status: 'COMPLETE', content: 'Breathe in slowly.' },
      { status: 'COMPLETE', content: 'Breathe in slowly.' },
    ]);
    expect(rowsOf(file, 'select * from reply_part')).toEqual([]);
  },
);

/** Load balancers look at /readyz; a connection refused says the same. */
async function expectNotReady(url: string): Promise<void> {
  const response = await fetch(`${url}/readyz`).catch(() => null);
  if (response) expect(response.status).toBe(503);
}

test('a reply that takes longer than the grace period ends as interrupted, with its text, for its readers too', async () => {
  const { file, model, start } = await createWorld();
  const gate = createGate();
  model.next(slowly(['Breathe', ' in', ' slowly.'], gate));
  const server = await start({ DRAIN_SECONDS: '1' });
  const { reply } = await server.viewer.send('I cannot sleep.');
  gate.release(2);
  const readers = (['ws', 'sse'] as const).map((transport) => server.viewer.follow(reply.id, 0, transport));
  await vi.waitFor(async () => expect((await server.viewer.message(reply.id)).content).toBe('Breathe in'), PATIENCE);

  server.signal('SIGTERM');
  for (const reader of readers) {
    const { text, events } = await reader;
    expect(text).toBe('Breathe in');
    expect(events.at(-1)).toMatchObject({
      __typename: 'ReplyFailed',
      message: { content: 'Breathe in', error: { code: 'INTERRUPTED', retryable: true } },
    });
  }
  expect(await server.exited).toMatchObject({ code: 0 });
  expect(await model.chats[0]?.ended).toBe(true);
  expect(rowsOf(file, "select status, content from chat_message where role = 'ASSISTANT'")).toEqual([
    { status: 'FAILED', content: 'Breathe in' },
  ]);
  expect(rowsOf(file, 'select * from reply_part')).toEqual([]);
});

test('a second signal does not wait, and the next start ends what was being written', async () => {
  const { model, start } = await createWorld();
  model.next(slowly(['late'], createGate()));
  const server = await start({ DRAIN_SECONDS: '60' });
  const { reply } = await server.viewer.send('I cannot sleep.');
  server.signal('SIGTERM');
  await untilDraining(server);

  // For as long as it takes the second to be one of its own.
  const again = setInterval(() => server.signal('SIGTERM'), 50);
  expect(await server.exited).toMatchObject({ code: 1 });
  clearInterval(again);

  const { viewer } = await start();
  expect(await viewer.message(reply.id)).toMatchObject({ status: 'FAILED', error: { code: 'INTERRUPTED' } });
});

test('signals that come at once, as Ctrl-C from the terminal and from npm, are one wish to stop', async () => {
  const { file, model, start } = await createWorld();
  const gate = createGate();
  model.next(slowly(['Breathe.'], gate));
  const server = await start({ DRAIN_SECONDS: '60' });
  await server.viewer.send('I cannot sleep.');
  await vi.waitFor(() => expect(model.chats).toHaveLength(1), PATIENCE);
  // Two of the same kind may reach a process as one.
  server.signal('SIGINT');
  server.signal('SIGTERM');
  await untilDraining(server);

  gate.releaseAll();
  expect(await server.exited).toMatchObject({ code: 0 });
  expect(rowsOf(file, "select status from chat_message where role = 'ASSISTANT'")).toEqual([{ status: 'COMPLETE' }]);
});

test('what is being embedded is given back at once, and the next start embeds it', async () => {
  const { file, model, start } = await createWorld();
  const never: ModelAnswer = () => {};
  const server = await start();
  model.nextEmbeddings(never);
  const { session } = await server.viewer.turn('My knee hurts when I run downhill.');
  await vi.waitFor(() => expect(model.embeddings).toHaveLength(1), PATIENCE);

  server.signal('SIGTERM');
  expect(await server.exited).toMatchObject({ code: 0 });
  expect(rowsOf(file, 'select distinct state, attempts, lease_owner from job')).toEqual([
    { state: 'READY', attempts: 0, lease_owner: null },
  ]);

  const { viewer } = await start();
  await vi.waitFor(() => expect(rowsOf(file, 'select * from job')).toEqual([]), PATIENCE);
  expect(await viewer.session(session.id)).toMatchObject({ memory: { indexed: 2, pending: 0, failed: 0 } });
});

test('connections that nobody uses do not hold it up', async () => {
  const { start } = await createWorld();
  const server = await start({ DRAIN_SECONDS: '60' });
  await openSocket(server.url);
  const changes = server.viewer.subscribe(
    'subscription($id: ID!) { chatSessionChanged(id: $id) { id } }',
    { id: (await server.viewer.createSession()).id },
    'sse',
  );
  await changes.next();

  server.signal('SIGTERM');
  expect(await server.exited).toMatchObject({ code: 0 });
  expect(await changes.next()).toMatchObject({ done: true });
});
