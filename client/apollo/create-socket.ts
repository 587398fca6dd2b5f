import { type Client, createClient } from 'graphql-ws/client';
import { type Auth, authorization } from './auth.ts';

/** It closes when nothing was subscribed for so long. */
const IDLE_MS = 30_000;
const PING_MS = 12_000;
/** Without an answer for so long, a socket that should open, or that was pinged, is taken for dead. */
const PATIENCE_MS = 10_000;

export interface SocketOptions {
  url: string;
  auth?: Auth | undefined;
  /** Where there is no global WebSocket. */
  webSocket?: unknown;
  /** Called with what it said to show who it is. */
  onConnecting(authorization: string | undefined): void;
  onOpened(): void;
  onConnected(): void;
  /** It ended before it had opened: what is on the way may not let sockets through. */
  onNeverOpened(): void;
}

/** A client of graphql-ws that does not try again by itself: who follows a reply subscribes from what is held by then. */
export function createSocket({ url, auth, webSocket, ...told }: SocketOptions): Client {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpening = false;
  const expect = () => {
    clearTimeout(timer);
    timer = setTimeout(() => client.terminate(), PATIENCE_MS);
  };
  const client = createClient({
    url,
    retryAttempts: 0,
    lazyCloseTimeout: IDLE_MS,
    keepAlive: PING_MS,
    connectionAckWaitTimeout: PATIENCE_MS,
    ...(webSocket !== undefined && { webSocketImpl: webSocket }),
    async connectionParams() {
      const params = await authorization(auth);
      told.onConnecting(params.authorization);
      return params;
    },
    on: {
      connecting() {
        isOpening = true;
        expect();
      },
      opened() {
        isOpening = false;
        clearTimeout(timer);
        told.onOpened();
      },
      connected: told.onConnected,
      ping: (isReceived) => !isReceived && expect(),
      pong: (isReceived) => isReceived && clearTimeout(timer),
      closed() {
        clearTimeout(timer);
        if (isOpening) told.onNeverOpened();
        isOpening = false;
      },
    },
  });
  return client;
}
