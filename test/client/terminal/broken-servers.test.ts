import { once } from 'node:events';
import { createServer, type RequestListener } from 'node:http';
import type { Duplex } from 'node:stream';
import { expect, onTestFinished, test } from 'vitest';
import { ServerDocument } from '../../../client/generated/graphql.ts';
import { followReply } from '../../../client/index.ts';
import { createApi, GivenUpError } from '../../../client/terminal/api.ts';
import { createInterrupts } from '../../../client/terminal/interrupts.ts';
import { sayError } from '../../../client/terminal/say-error.ts';
import { openSocket } from '../../../client/terminal/subscribe.ts';
import { startLocalServer } from '../../support/local-server.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { begunReply, read } from '../reading.ts';

const nobody = () => undefined;

async function serverThat(answers: RequestListener, upgrades?: (socket: Duplex) => void): Promise<string> {
  const server = createServer(answers);
  if (upgrades) server.on('upgrade', (_request, socket) => upgrades(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}

test('what is no answer of ours is told in a sentence', async () => {
  for (const body of ['', 'null', '"ok"', '7', '{}', '[]', '<!doctype html>', '{"data"']) {
    const url = await serverThat((_request, response) => response.end(body));
    const api = createApi({ url, token: null, interrupts: createInterrupts(nobody) });
    const error = await api.request(ServerDocument, {}).catch((thrown: unknown) => thrown);
    expect(sayError(error, url)).toBe(`What answers at ${url} does not speak Carryover's API (200).`);
  }
});

test('a pause is given up as a request is', async () => {
  let lefts = 0;
  const interrupts = createInterrupts(() => {
    lefts += 1;
  });
  const pausing = createApi({ url: 'http://127.0.0.1', token: null, interrupts }).pause(3_600_000);
  interrupts.raise();
  await expect(pausing).rejects.toThrow(GivenUpError);
  expect(lefts).toBe(0);
});

test('leaving does not wait for a server that does not let anyone in', async () => {
  const held = Promise.withResolvers<Duplex>();
  const url = await serverThat(nobody, (socket) => held.resolve(socket));
  const socket = openSocket(url, null);
  const left = new AbortController();
  const reading = followReply({ ...socket, messageId: 'r', signal: left.signal, onChange: nobody });
  const connection = await held.promise;
  const ended = once(connection.resume(), 'end');
  left.abort();
  socket.close();
  expect(await reading).toBeNull();
  await ended;
  connection.destroy();
});

test('a server that does not let anyone in is left, and tried again', async () => {
  let tries = 0;
  const url = await serverThat(nobody, (connection) => {
    tries += 1;
    connection.resume().once('end', () => connection.destroy());
  });
  const socket = openSocket(url, null, 100);
  const left = new AbortController();
  const reading = followReply({ ...socket, messageId: 'r', signal: left.signal, onChange: nobody });
  await expect.poll(() => tries).toBeGreaterThan(1);
  left.abort();
  socket.close();
  expect(await reading).toBeNull();
});

test('a network that falls silent is left, and the reply goes on once it is back', async () => {
  const { url, model, viewer } = await startLocalServer();
  const proxy = await startTcpProxy({ port: Number(new URL(url).port) });
  const socket = openSocket(`http://127.0.0.1:${proxy.port}`, null, 200);
  onTestFinished(() => socket.close());
  const { reply, gate } = await begunReply(model, viewer, ['Breathe', ' in', ' slowly.']);
  const reading = read(socket.subscribe, reply.id);
  await reading.shows('Breathe');
  proxy.freeze();
  gate.release();
  await expect.poll(() => reading.seen.at(-1)?.phase).toBe('reconnecting');
  await proxy.heal();
  gate.releaseAll();
  expect(await reading.end).toMatchObject({ text: 'Breathe in slowly.', message: { status: 'COMPLETE' } });
});
