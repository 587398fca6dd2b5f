import { type Client, createClient } from 'graphql-sse';
import { type Auth, authorization } from './auth.ts';

export interface StreamOptions {
  url: string;
  auth?: Auth | undefined;
  fetch?: typeof fetch | undefined;
  /** How long nothing may come before it is taken for dead. The server writes every 12 s. */
  silenceMs: number;
  /** Called with what it says to show who it is, for the request that it was given. */
  onConnecting(authorization: string | undefined, request: object | undefined): void;
  onConnected(): void;
}

/** A client of graphql-sse: one request for each subscription. It does not try again by itself. */
export function createStream({ url, auth, fetch, silenceMs, ...told }: StreamOptions): Client {
  return createClient({
    url,
    retryAttempts: 0,
    async headers(request) {
      const headers = await authorization(auth);
      told.onConnecting(headers.authorization, request);
      return { ...headers };
    },
    fetchFn: (input: string, init: RequestInit) => fetchAlive(fetch ?? globalThis.fetch, input, init, silenceMs),
    on: { connected: told.onConnected },
  });
}

/**
 * Breaks where nothing comes for too long, as after a laptop slept; and where the body ends: what was over said so before, and
 * graphql-sse may take another end for a silence.
 */
async function fetchAlive(fetch: typeof globalThis.fetch, url: string, init: RequestInit, silenceMs: number) {
  const silence = new AbortController();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(() => silence.abort(new Error('The stream of events fell silent.')), silenceMs);
  };
  const stop = () => clearTimeout(timer);
  init.signal?.addEventListener('abort', stop, { once: true });
  wait();
  const signal = init.signal ? AbortSignal.any([init.signal, silence.signal]) : silence.signal;
  const response = await fetch(url, { ...init, signal }).finally(stop);
  if (!response.ok || !response.body) return response;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start: wait,
    transform(chunk, controller) {
      wait();
      controller.enqueue(chunk);
    },
    flush() {
      throw new Error('The stream of events was cut.');
    },
  });
  response.body
    .pipeTo(writable)
    .catch(() => undefined)
    .finally(stop);
  return new Response(readable, { status: response.status, headers: response.headers });
}
