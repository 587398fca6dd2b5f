import { type Client, createClient } from 'graphql-sse';
import { type Auth, authorization } from './auth.ts';

/** The server writes at least every 12 s. */
const SILENCE_MS = 30_000;

export interface StreamOptions {
  url: string;
  auth?: Auth | undefined;
  fetch?: typeof fetch | undefined;
  onConnecting(authorization: string | undefined): void;
  onConnected(): void;
}

/** A client of graphql-sse: one request for each subscription. It does not try again by itself. */
export function createStream({ url, auth, fetch = globalThis.fetch, ...told }: StreamOptions): Client {
  return createClient({
    url,
    retryAttempts: 0,
    async headers() {
      const headers = await authorization(auth);
      told.onConnecting(headers.authorization);
      return { ...headers };
    },
    fetchFn: async (input: RequestInfo, init?: RequestInit) => alive(await fetch(input, init)),
    on: { connected: told.onConnected },
  });
}

/**
 * Breaks where nothing comes for too long, as after a laptop slept, and where it ends: a subscription that was over said so
 * before, and graphql-sse takes another end for a silence.
 */
function alive(response: Response): Response {
  if (!response.ok || !response.body) return response;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>({
    start: wait,
    transform(chunk, controller) {
      wait(controller);
      controller.enqueue(chunk);
    },
    flush() {
      clearTimeout(timer);
      throw new Error('The stream of events was cut.');
    },
  });
  function wait(controller: TransformStreamDefaultController): void {
    clearTimeout(timer);
    timer = setTimeout(() => controller.error(new Error('The stream of events fell silent.')), SILENCE_MS);
  }
  response.body
    .pipeTo(writable)
    .catch(() => undefined)
    .finally(() => clearTimeout(timer));
  return new Response(readable, { status: response.status, headers: response.headers });
}
