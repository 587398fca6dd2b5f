import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import Fastify, { type FastifyInstance } from 'fastify';
import type { GraphQLSchema } from 'graphql';
import type { App } from '../app.ts';
import { answerError } from './answer-error.ts';
import { allowOrigins } from './cors.ts';
import { serveExport } from './export.ts';
import { serveGraphQL } from './graphql-http.ts';
import { serveEventStreams } from './graphql-sse.ts';
import { serveSockets } from './graphql-ws.ts';
import { createGuards, type Guards } from './guards.ts';
import { serveHealth } from './health.ts';
import { serveMetrics } from './metrics.ts';
import type { Readers } from './readers.ts';
import { RequestLog } from './request-log.ts';
import { serveUploads } from './uploads.ts';
import { type AnswerPage, serveWeb } from './web.ts';

const BODY_LIMIT_BYTES = 1024 * 1024;
/** For a request to arrive, as a large file over a slow line; an answer may take as long as it likes. */
const REQUEST_TIMEOUT_MS = 300_000;

/** Readers that are behind get as long for what ended their replies. */
const LAST_EVENTS_MS = 200;
const FORCE_AFTER_MS = 2_000;
const SWEEP_MS = 20;

export interface HttpServer {
  /** @returns where it listens, as in http://127.0.0.1:4000 */
  listen(): Promise<string>;
  /**
   * Goes on serving until `untilRepliesEnded` settles, so that readers may come back to their replies; then ends all.
   * `app.isDraining` is the caller's to set before. Settles when nothing is open.
   */
  drain(untilRepliesEnded: () => Promise<void>): Promise<void>;
}

/** @param webFolder the web app as it was built; null: it is not */
export async function createHttpServer(
  app: App,
  schema: GraphQLSchema,
  webFolder: string | null = null,
): Promise<HttpServer> {
  const { config, log } = app;
  const fastify = Fastify({
    bodyLimit: BODY_LIMIT_BYTES,
    requestTimeout: REQUEST_TIMEOUT_MS,
    genReqId: () => randomUUID(),
    forceCloseConnections: 'idle',
  });
  const guards = createGuards(app);
  await allowOrigins(fastify, config.corsOrigins);
  guardRequests(fastify, guards);
  fastify.setErrorHandler(answerError(log));
  let answerPage: AnswerPage = () => undefined;
  fastify.setNotFoundHandler(
    (request, reply) => answerPage(request, reply) ?? reply.code(404).send({ errors: [notFound] }),
  );

  const requests = new RequestLog(log, fastify);
  serveHealth(app, fastify);
  if (config.role !== 'worker') answerPage = await serveWeb(fastify, webFolder);
  const { byTransport, stop } =
    config.role === 'worker' ? NOTHING_SERVED : await serveRequests(app, fastify, schema, { guards, requests });
  const readers = Object.values(byTransport);
  serveMetrics(app, fastify, byTransport);

  return {
    listen: () => fastify.listen({ port: config.port, host: config.host }),
    async drain(untilRepliesEnded) {
      await untilRepliesEnded();
      const closed = fastify.close();
      if (readers.some((transport) => transport.count() > 0)) await delay(LAST_EVENTS_MS);
      await Promise.all(readers.map((transport) => transport.end()));
      await closedBySweeping(fastify, closed);
      await stop();
    },
  };
}

interface Served {
  byTransport: Readonly<Record<string, Readers>>;
  stop(): Promise<void>;
}

/** A process that only works off jobs tells how it is, and takes no requests. */
const NOTHING_SERVED: Served = { byTransport: {}, stop: async () => undefined };

async function serveRequests(
  app: App,
  fastify: FastifyInstance,
  schema: GraphQLSchema,
  { guards, requests }: { guards: Guards; requests: RequestLog },
): Promise<Served> {
  const stop = await serveGraphQL(app, fastify, schema, requests);
  serveUploads(app, fastify);
  return {
    stop,
    byTransport: {
      event_stream: serveEventStreams(app, fastify, schema, requests),
      socket: serveSockets(app, fastify.server, schema, guards),
      export: serveExport(app, fastify, guards),
    },
  };
}

function guardRequests(fastify: FastifyInstance, guards: Guards): void {
  fastify.addHook('onRequest', async (request, reply) => {
    reply.header('x-request-id', request.id).header('x-content-type-options', 'nosniff');
    if (!guards.isServedHost(request.headers.host)) return reply.code(403).send({ errors: [foreignHost] });
  });
}

/** A connection that is kept alive becomes idle only after `close()` looked: it is looked for again and again. */
async function closedBySweeping({ server }: FastifyInstance, closed: Promise<unknown>): Promise<void> {
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const force = setTimeout(() => server.closeAllConnections(), FORCE_AFTER_MS);
  await closed;
  clearInterval(sweep);
  clearTimeout(force);
}

const notFound = {
  message: 'There is nothing at this address. GraphQL is served at POST /graphql.',
  extensions: { code: 'NOT_FOUND' },
};
const foreignHost = { message: 'Not served under this host name.', extensions: { code: 'BAD_REQUEST' } };
