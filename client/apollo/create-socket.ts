import { type Client, createClient } from 'graphql-ws/client';
import { type Auth, authorization } from './auth.ts';

/** It closes when nothing was subscribed for so long. */
const IDLE_MS = 30_000;

export interface SocketOptions {
  url: string;
  auth?: Auth | undefined;
  /** Where there is no global WebSocket. */
  webSocket?: unknown;
  /** How long it may take to open, or to answer, before it is taken for dead; and to be silent, before it is asked. */
  patienceMs: number;
  /** Called with what it said to show who it is. */
  onConnecting?(authorization: string | undefined): void;
  onOpened?(): void;
  onConnected?(): void;
  /** It ended before it had opened: what is on the way may not let sockets through. */
  onNeverOpened?(): void;
}

/** A client of graphql-ws that does not try again by itself: who follows a reply subscribes from what is held by then. */
export function createSocket({ url, auth, webSocket, patienceMs, ...told }: SocketOptions): Client {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let isOpening = false;
  const expect = () => {
    clearTimeout(timer);
    timer = setTimeout(() => client.terminate(), patienceMs);
  };
  const client = createClient({
    url,
    retryAttempts: 0,
    lazyCloseTimeout: IDLE_MS,
    keepAlive: patienceMs,
    connectionAckWaitTimeout: patienceMs,
    ...(typeof webSocket === 'function' && { webSocketImpl: withListener(webSocket) }),
    async connectionParams() {
      const params = await authorization(auth);
      told.onConnecting?.(params.authorization);
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
        told.onOpened?.();
      },
      connected: () => told.onConnected?.(),
      ping: (isReceived) => !isReceived && expect(),
      pong: (isReceived) => isReceived && clearTimeout(timer),
      closed() {
        clearTimeout(timer);
        if (isOpening) told.onNeverOpened?.();
        isOpening = false;
      },
    },
  });
  return client;
}

/** `ws` throws the error of a socket that nobody listens to any more, as of one that was given up while it was opening. */
const withListener = (webSocket: CallableFunction) =>
  new Proxy(webSocket, {
    construct(target, parameters) {
      const socket: EventTarget = Reflect.construct(target, parameters);
      socket.addEventListener('error', () => {});
      return socket;
    },
  });
