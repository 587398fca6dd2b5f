import WebSocket from 'ws';
import { createSocket } from '../apollo/create-socket.ts';
import { isRefused } from '../error-codes.ts';
import { isFinalError, REPLY_STREAM, replyEvents, type Subscribe } from '../index.ts';

export interface Socket {
  subscribe: Subscribe;
  /** As `followReply` takes it: there is no fresher token to come again with. */
  isFinal(error: unknown): boolean;
  /** Does not wait for a server that may not answer. */
  close(): void;
}

const PATIENCE_MS = 10_000;

/**
 * Replies over one WebSocket, which is opened when it is needed. Coming again is `followReply`'s to do.
 *
 * @param patienceMs how long it may take to open, or to answer, before it is taken for dead
 */
export function openSocket(url: string, token: string | null, patienceMs = PATIENCE_MS): Socket {
  const client = createSocket({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    auth: { token: () => token },
    webSocket: WebSocket,
    patienceMs,
  });
  return {
    subscribe: (messageId, fromOffset, signal) =>
      replyEvents(
        (sink) => client.subscribe({ query: REPLY_STREAM, variables: { messageId, fromOffset } }, sink),
        signal,
      ),
    isFinal: (error) => isFinalError(error) || isRefused(error),
    close: () => client.terminate(),
  };
}
