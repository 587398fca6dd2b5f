// Many replies, being written at once by the `paced` model, each with a reader or none.
import { setTimeout as delay } from 'node:timers/promises';
import type WebSocket from 'ws';
import { connect, type Reader, readOverEventStream, readOverSocket, send } from './client.ts';
import type { Endpoint, Server } from './server.ts';

export type ReadBy = 'socket' | 'event stream' | 'unread';

/** Readers of a round, and how to end it. */
export interface Round {
  readers: { count: number }[];
  end(): Promise<void>;
}

/**
 * Begins replies that wait for their first delta. Their sessions have long-term memory off, so that no embedding is counted.
 *
 * @param readAt the server to which the readers go; default: the one that writes
 */
export async function openReplies(
  server: Server,
  replies: number,
  { by, readAt = server }: { by: ReadBy; readAt?: Server },
): Promise<Round> {
  const begun = server.lines.length;
  const sockets: WebSocket[] = [];
  const readers: Reader[] = [];
  for (let at = 0; at < replies; at++) {
    const input = { content: 'Go on.', newSession: { model: 'paced', longTermMemory: false } };
    const { replyId } = await send(server.url, input);
    if (by === 'event stream') readers.push(await readOverEventStream(readAt.url, replyId));
    if (by !== 'socket') continue;
    const socket = await connect(readAt.url);
    sockets.push(socket);
    readers.push(readOverSocket(socket, replyId));
  }
  await delay(500);
  return {
    readers,
    async end() {
      await Promise.race([Promise.all(readers.map((reader) => reader.ended)), server.ended]);
      for (const socket of sockets) socket.terminate();
      const ended = () => server.lines.slice(begun).filter(({ msg }) => msg === 'reply ended').length;
      while (ended() < replies) await Promise.race([delay(20), server.ended]);
    },
  };
}

export const PER_SECOND = 50;

/** Lets each of the open replies gain so many deltas. */
export async function write(endpoint: Endpoint, deltas: number): Promise<void> {
  endpoint.pace({ deltas, perSecond: PER_SECOND });
  // The same time for all, so that what a process does by the clock is the same too.
  await delay((deltas / PER_SECOND) * 1000 + 300);
}
