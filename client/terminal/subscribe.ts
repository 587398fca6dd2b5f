import { createClient } from 'graphql-ws';
import WebSocket from 'ws';
import { errorCodes, isFinalError, REPLY_STREAM, replyEvents, type Subscribe } from '../index.ts';

export interface Socket {
  subscribe: Subscribe;
  /** As `followReply` takes it: there is no fresher token to come again with. */
  isFinal(error: unknown): boolean;
  close(): Promise<void>;
}

const KEEP_ALIVE_MS = 12_000;
/** Between one reply and the next. */
const KEEP_OPEN_MS = 30_000;

/** Replies over one WebSocket, which is opened when it is needed. Coming again is `followReply`'s to do. */
export function openSocket(url: string, token: string | null): Socket {
  const client = createClient({
    url: `${url.replace(/^http/, 'ws')}/graphql`,
    webSocketImpl: WebSocket,
    retryAttempts: 0,
    keepAlive: KEEP_ALIVE_MS,
    lazyCloseTimeout: KEEP_OPEN_MS,
    // What fails is told to the one who iterates.
    onNonLazyError: () => undefined,
    ...(token !== null && { connectionParams: { authorization: `Bearer ${token}` } }),
  });
  return {
    subscribe: (messageId, fromOffset, signal) =>
      replyEvents(
        (sink) => client.subscribe({ query: REPLY_STREAM, variables: { messageId, fromOffset } }, sink),
        signal,
      ),
    isFinal: (error) => isFinalError(error) || isRefused(error),
    close: async () => client.dispose(),
  };
}

/** Whether it says that the token is missing, wrong or of yesterday. */
export const isRefused = (error: unknown): boolean =>
  errorCodes(error).includes('UNAUTHENTICATED') ||
  (typeof error === 'object' && error !== null && 'code' in error && (error.code === 4403 || error.code === 4401));
