import type { ApolloLink } from '@apollo/client';
import type { Client as StreamClient } from 'graphql-sse';
import type { Client as SocketClient } from 'graphql-ws/client';
import { errorCodes, isRefused } from '../error-codes.ts';
import type { Subscribe } from '../follow-reply.ts';
import type { ReplyEvent } from '../reply.ts';
import { REPLY_STREAM } from '../reply-events.ts';
import { resultsOf } from '../results-of.ts';
import { type Auth, renew } from './auth.ts';
import { Carrier } from './carrier.ts';
import { createSocket } from './create-socket.ts';
import { SubscriptionLink } from './subscription-link.ts';

export interface TransportOptions {
  /** Of the server's `/graphql`, as `wss://…`. */
  ws: string;
  /** Of the server's `/graphql/stream`. */
  sse: string;
  auth?: Auth | undefined;
  /** A subscription to `replyStream` that takes `$messageId` and `$fromOffset`. Default: `REPLY_STREAM`. */
  document?: string | undefined;
  /** Where there is no global WebSocket. */
  webSocket?: unknown;
  /** How long a socket may take to open, or to answer, before it is taken for dead; thrice that for events over HTTP. Default: 10,000. */
  patienceMs?: number | undefined;
  fetch?: typeof fetch | undefined;
}

export interface Request {
  query: string;
  variables?: Record<string, unknown>;
  operationName?: string;
}

export interface Result<Data> {
  data?: Data | null | undefined;
  errors?: readonly unknown[] | undefined;
}

export interface SubscriptionTransport {
  /** For `followReply` and `<Transport value={…}>`. */
  subscribe: Subscribe;
  /** Carries all other subscriptions over the same connection; they go on after a break. */
  link: ApolloLink;
  /** The client of graphql-ws, to watch what it does. */
  socket: SocketClient;
  /** Calls back whenever there is a connection again after one was lost: what was changed meanwhile is to be fetched. */
  onReconnected(listener: () => void): () => void;
  /** Has what is open opened anew, which says who it is anew. */
  reconnect(): void;
  /** Closes what is open. */
  dispose(): void;
}

/**
 * Subscriptions over a WebSocket; over server-sent events where two sockets in a row never opened and the server can be
 * reached, for as long as the page lives. A connection that ends because its token has expired is followed by a refresh.
 */
export function createTransport(options: TransportOptions): SubscriptionTransport {
  const { ws, sse, auth, document = REPLY_STREAM, webSocket, patienceMs = 10_000, fetch } = options;
  const carrier = new Carrier();
  const listeners = new Set<() => void>();
  // What the socket said to show who it is, and each stream.
  let said: string | undefined;
  const saidFor = new WeakMap<object, string>();
  let wasLost = false;

  const socket = createSocket({
    ...{ url: ws, auth, webSocket, patienceMs, onConnected },
    onConnecting(authorization) {
      said = authorization;
    },
    onOpened: () => carrier.socketOpened(),
    onNeverOpened: () => carrier.socketNeverOpened(),
  });
  let stream: Promise<StreamClient> | undefined;
  /** Most pages never need it, so that it is loaded by those that do. */
  function openStream(): Promise<StreamClient> {
    stream ??= import('./create-stream.ts').then(({ createStream }) =>
      createStream({
        ...{ url: sse, auth, fetch, silenceMs: 3 * patienceMs },
        onConnecting(authorization, request) {
          if (authorization && request) saidFor.set(request, authorization);
        },
        onConnected() {
          carrier.streamConnected();
          onConnected();
        },
      }),
    );
    // What could not be loaded is loaded again.
    stream.catch(() => {
      stream = undefined;
    });
    return stream;
  }

  function closeStream(): void {
    stream?.then((client) => client.dispose()).catch(() => undefined);
    stream = undefined;
  }

  function onConnected(): void {
    if (!wasLost) return;
    wasLost = false;
    for (const listener of listeners) listener();
  }

  /** One connection's worth of results. */
  async function* results<Data>(request: Request, signal: AbortSignal): AsyncGenerator<Result<Data>, void, void> {
    const { isSocket } = carrier;
    try {
      const client: SocketClient | StreamClient = isSocket ? socket : await openStream();
      for await (const result of resultsOf<Result<Data>>((sink) => client.subscribe<Data>(request, sink), signal)) {
        if (result.errors && !result.data) throw result.errors;
        yield result;
      }
      // A server that stops completes its streams, as if there were nothing more to come.
      if (!isSocket && !signal.aborted) throw new Error('The stream of events ended.');
    } catch (error) {
      if (!isGraphQL(error)) wasLost = true;
      if (!isSocket && !isGraphQL(error) && !isRefused(error)) carrier.streamFailed();
      if (auth?.refresh && isRefused(error)) await refresh(auth, isSocket ? said : saidFor.get(request));
      throw error;
    }
  }

  /** What cannot be refreshed is refused again, after a while, and may be by then. */
  async function refresh(known: Auth, refused: string | undefined): Promise<void> {
    await renew(known, refused).catch(() => undefined);
    // The next connection says who it is anew.
    socket.terminate();
  }

  const subscribe: Subscribe = async function* (messageId, fromOffset, signal) {
    const request = { query: document, variables: { messageId, fromOffset } };
    for await (const { data } of results<{ replyStream: ReplyEvent }>(request, signal)) {
      if (data) yield data.replyStream;
    }
  };

  return {
    subscribe,
    socket,
    link: new SubscriptionLink(results, (error) => !auth?.refresh && isRefused(error)),
    onReconnected(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    reconnect() {
      socket.terminate();
      closeStream();
    },
    dispose() {
      // Where it was about to connect, that may fail yet.
      Promise.resolve(socket.dispose()).catch(() => undefined);
      closeStream();
    },
  };
}

const isGraphQL = (error: unknown) => errorCodes(error).length > 0;
