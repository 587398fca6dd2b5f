import { once } from 'node:events';
import { createConnection, createServer, type Socket } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test, vi } from 'vitest';
import { startTcpProxy } from '../support/tcp-proxy.ts';

/** A server and a proxy before it; `accepted` are the server's sides of the connections, in order. */
async function startServer() {
  const accepted: Socket[] = [];
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    socket.on('error', () => {});
    accepted.push(socket);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const proxy = await startTcpProxy({ port: typeof address === 'object' && address ? address.port : 0 });
  onTestFinished(() => void server.close());
  return { accepted, proxy };
}

async function open(port: number): Promise<Socket> {
  const socket = createConnection({ port, host: '127.0.0.1', allowHalfOpen: true });
  onTestFinished(() => void socket.destroy());
  await once(socket, 'connect');
  return socket;
}

/** Both ends of one connection. */
async function pair() {
  const { accepted, proxy } = await startServer();
  const client = await open(proxy.port);
  await vi.waitFor(() => expect(accepted).toHaveLength(1));
  const [server] = accepted;
  if (!server) throw new Error('There is no connection.');
  return { proxy, client, server, accepted };
}

const said = async (socket: Socket): Promise<string> => String((await once(socket, 'data'))[0]);

const isReset = async (socket: Socket): Promise<boolean> =>
  (await once(socket, 'error').catch(([error]) => error))[0].code === 'ECONNRESET';

/** How much a socket has received. */
function counter(socket: Socket): () => number {
  let received = 0;
  socket.on('data', (bytes) => {
    received += bytes.length;
  });
  return () => received;
}

test('what either side says reaches the other, in order, and so does the end of each half', async () => {
  const { client, server } = await pair();
  const heard = text(server);
  for (let line = 0; line < 1000; line++) client.write(`line ${line}\n`);
  client.end();
  expect(await heard).toBe(Array.from({ length: 1000 }, (_, line) => `line ${line}\n`).join(''));
  const answered = text(client);
  server.end('And that is all.');
  expect(await answered).toBe('And that is all.');
});

test('megabytes pass both ways at once', async () => {
  const { client, server } = await pair();
  const heard = [text(server), text(client)];
  client.end('a'.repeat(3_000_000));
  server.end('b'.repeat(5_000_000));
  expect((await Promise.all(heard)).map((all) => all.length)).toEqual([3_000_000, 5_000_000]);
});

test('a side that breaks off breaks off for the other', async () => {
  const { client, server, proxy } = await pair();
  const reset = isReset(client);
  server.resetAndDestroy();
  expect(await reset).toBe(true);
  await vi.waitFor(() => expect(proxy.connections()).toBe(0));
});

test('a cut resets both sides of every connection, and the next connection passes', async () => {
  const { client, server, proxy, accepted } = await pair();
  expect(proxy.connections()).toBe(1);
  const resets = [isReset(client), isReset(server)];
  proxy.cut();
  expect(await Promise.all(resets)).toEqual([true, true]);
  await vi.waitFor(() => expect(proxy.connections()).toBe(0));

  const next = await open(proxy.port);
  next.write('again');
  await vi.waitFor(() => expect(accepted).toHaveLength(2));
  expect(await said(accepted[1] ?? client)).toBe('again');
});

test('where new connections are refused, those that are open stay, and it heals', async () => {
  const { client, server, proxy } = await pair();
  proxy.refuse();
  await expect(open(proxy.port)).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  client.write('still here');
  expect(await said(server)).toBe('still here');
  await proxy.heal();
  await open(proxy.port);
});

test('a server that is not there resets who connects', async () => {
  const proxy = await startTcpProxy({ port: 1 });
  expect(await isReset(await open(proxy.port))).toBe(true);
});

test('a partition lets nothing pass, not even the end of a connection, and loses nothing when it heals', async () => {
  const { client, server, proxy, accepted } = await pair();
  const heardByServer = counter(server);
  const heardByClient = counter(client);
  let isEnded = false;
  server.once('end', () => {
    isEnded = true;
  });
  proxy.freeze();
  client.end('a question');
  server.write('news');
  // It is welcomed by the network, not by the server.
  const late = await open(proxy.port);
  late.write('hello');
  await vi.waitFor(() => expect(proxy.connections()).toBe(2));
  // What would pass passes within this many turns of another connection.
  const { client: other, server: echo } = await pair();
  echo.pipe(echo);
  for (let turn = 0; turn < 100; turn++) {
    other.write('x');
    await said(other);
  }
  expect([heardByServer(), heardByClient(), isEnded, accepted.length]).toEqual([0, 0, false, 1]);

  await proxy.heal();
  await vi.waitFor(() => expect([heardByServer(), heardByClient(), isEnded]).toEqual([10, 4, true]));
  await vi.waitFor(() => expect(accepted).toHaveLength(2));
  expect(await said(accepted[1] ?? late)).toBe('hello');
});

test('a partition may end in a cut', async () => {
  const { client, server, proxy } = await pair();
  proxy.freeze();
  client.write('lost');
  const heard = counter(server);
  const resets = [isReset(client), isReset(server)];
  proxy.cut();
  expect(await Promise.all(resets)).toEqual([true, true]);
  await proxy.heal();
  expect(heard()).toBe(0);
});

test('a server that sends to a slow client finds its socket full, and the client gets all of it once the line is fast', async () => {
  const { client, server, proxy } = await pair();
  const heard = counter(client);
  proxy.slow(2_000);
  const whole = Buffer.alloc(20_000_000, 'x');
  server.end(whole);
  await vi.waitFor(() => expect(heard()).toBeGreaterThan(200));
  expect(heard()).toBeLessThan(1_000_000);
  expect(server.writableLength).toBeGreaterThan(1_000_000);
  // The other way is as fast as ever.
  client.write('A question.');
  expect(await said(server)).toBe('A question.');

  await proxy.heal();
  await vi.waitFor(() => expect(heard()).toBe(whole.length), { timeout: 15_000 });
});
