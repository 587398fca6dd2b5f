import type { Socket } from 'node:net';

/**
 * Ends a connection to PostgreSQL that says nothing for as long: where the network swallows what is sent, nothing tells of it
 * for minutes. Connections that are idle end earlier, by the pool.
 */
export function endWhenSilent(client: object, silenceMs: number): void {
  const socket = socketOf(client);
  socket?.setTimeout(silenceMs, () => {
    socket.destroy(Object.assign(new Error('The database does not answer.'), { code: 'ETIMEDOUT' }));
  });
}

/** The driver does not tell of it in its types. */
function socketOf(client: object): Socket | null {
  const { connection } = client as { connection?: { stream?: Socket } };
  return connection?.stream ?? null;
}
