import { createClient } from 'graphql-ws';
import { onTestFinished } from 'vitest';
import WebSocket from 'ws';
import type { App } from '../../src/app.ts';
import { readConfig } from '../../src/config.ts';
import { Doorbell } from '../../src/doorbell.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { createMetrics } from '../../src/metrics.ts';
import { signToken } from '../../src/users/sign-token.ts';
import { createAuth } from '../../src/users/viewer.ts';
import { recordingLog } from './recording-log.ts';
import { openTestOrm } from './test-database.ts';
import { testSchema } from './test-schema.ts';

export const SECRET = 'a secret that only the tests know, and it is long';
export const transports = ['http', 'ws', 'sse'] as const;
export type Transport = (typeof transports)[number];

export interface Params extends Record<string, unknown> {
  query: string;
  variables?: Record<string, unknown>;
}

/** As a client sees it; `complete` has come when an iteration of events ends. */
export interface Answer {
  data?: Record<string, unknown> | null;
  errors?: { message: string; path?: unknown[]; extensions: Record<string, unknown> }[];
}

export type HttpApp = Awaited<ReturnType<typeof startHttpApp>>;

/** A server on a port of its own, over a small schema and an empty database, that ends with the test. */
export async function startHttpApp(env: NodeJS.ProcessEnv = {}, webFolder: string | null = null) {
  const config = readConfig({ PORT: '0', AUTH_JWT_SECRET: SECRET, ...env });
  const { orm, lose, close } = await openTestOrm();
  const { log, lines } = recordingLog(config.logLevel);
  const { schema, source } = testSchema();
  // What HTTP reads of it; the rest serves resolvers that are not here.
  const shared = { config, orm, log, metrics: createMetrics(), auth: createAuth(config.auth) };
  const state = { ...shared, bell: new Doorbell(), isDraining: false };
  const server = await createHttpServer(state as App, schema, webFolder);
  const url = await server.listen();

  let drained: Promise<void> | undefined;
  const drain = (untilRepliesEnded = async () => {}) => {
    drained ??= server.drain(untilRepliesEnded);
    return drained;
  };
  onTestFinished(async () => {
    await drain();
    await close();
  });

  const tokenFor = async (viewerId: string, seconds = 60) =>
    config.auth?.kind === 'secret' ? `Bearer ${await signToken(config.auth, viewerId, seconds)}` : undefined;
  const alice = await tokenFor('alice');

  async function post(path: string, params: Params | string, headers: Record<string, string> = {}): Promise<Response> {
    return fetch(`${url}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...(alice && { authorization: alice }), ...headers },
      body: typeof params === 'string' ? params : JSON.stringify(params),
    });
  }

  const socketUrl = `${url.replace('http', 'ws')}/graphql`;
  const socket = (authorization = alice) =>
    createClient({ url: socketUrl, webSocketImpl: WebSocket, connectionParams: { authorization }, retryAttempts: 0 });

  /** The first answer to an operation of any kind. */
  async function ask(transport: Transport, params: Params): Promise<Answer> {
    if (transport === 'http') return json(await post('/graphql', params));
    const results = transport === 'ws' ? wsResults(socket(), params) : sseResults(await postStream(params));
    const first = await results.next();
    await results.return();
    return first.value ?? {};
  }

  const postStream = (params: Params, headers: Record<string, string> = {}) =>
    post('/graphql/stream', params, { accept: 'text/event-stream', ...headers });

  /** All answers to a subscription. What leaves the iteration leaves the subscription. */
  async function* follow(transport: Transport, params: Params): AsyncGenerator<Answer, void, void> {
    yield* transport === 'ws' ? wsResults(socket(), params) : sseResults(await postStream(params));
  }

  return {
    state,
    loseDatabase: lose,
    url,
    socketUrl,
    lines,
    source,
    alice,
    tokenFor,
    post,
    postStream,
    socket,
    ask,
    follow,
    drain,
  };
}

async function* wsResults(client: ReturnType<typeof createClient>, params: Params): AsyncGenerator<Answer, void, void> {
  try {
    for await (const result of client.iterate(params)) yield result as Answer;
  } catch (error) {
    if (!Array.isArray(error)) throw error;
    yield { errors: error };
  } finally {
    await client.dispose();
  }
}

/** `data` of each `next`, until `complete`; a stream that ends without one is an error. */
export async function* sseResults(response: Response): AsyncGenerator<Answer, void, void> {
  if (response.status !== 200) return yield await json(response);
  let text = '';
  for await (const bytes of response.body?.pipeThrough(new TextDecoderStream()) ?? []) {
    const blocks = (text + bytes).split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      if (block.startsWith('event: complete')) return;
      if (block.startsWith('event: next')) yield JSON.parse(block.slice(block.indexOf('data: ') + 6));
    }
  }
  throw new Error('The stream ended without complete.');
}

export const json = async (response: Response): Promise<Answer> => JSON.parse(await response.text());
