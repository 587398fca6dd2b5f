import { once } from 'node:events';
import { createServer } from 'node:net';

/** One that nobody listens at, for a program that has to be told where it will listen. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address ? address.port : 0;
}
