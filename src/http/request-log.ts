import type { FastifyInstance } from 'fastify';
import type { Logger } from '../logger.ts';

/** What a request asked of GraphQL, and what came of it; names and codes only. */
export interface ToldOperation {
  operation: string | null;
  codes: string[];
}

/** One line for each request, with what its handler told of it. */
export class RequestLog {
  readonly #open = new Map<string, ToldOperation | null>();

  constructor(log: Logger, fastify: FastifyInstance) {
    fastify.addHook('onRequest', async ({ id }) => {
      this.#open.set(id, null);
    });
    fastify.addHook('onResponse', async (request, reply) => {
      const line = {
        requestId: request.id,
        method: request.method,
        // As it is written here: what a client put into the address may be somebody's words.
        route: request.routeOptions.url ?? null,
        status: reply.statusCode,
        durationMs: Math.round(reply.elapsedTime),
        ...this.#open.get(request.id),
      };
      this.#open.delete(request.id);
      log.debug(line, 'request');
    });
  }

  /** To be told before the answer is sent. */
  tell(requestId: string, told: ToldOperation): void {
    if (this.#open.has(requestId)) this.#open.set(requestId, told);
  }
}

const MAX_NAME = 64;

export const told = (
  operationName: string | null | undefined,
  errors: readonly { extensions?: Record<string, unknown> }[] = [],
): ToldOperation => ({
  operation: operationName?.slice(0, MAX_NAME) ?? null,
  codes: errors.map(({ extensions }) => String(extensions?.code)),
});
