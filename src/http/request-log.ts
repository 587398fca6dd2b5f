import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from '../logger.ts';

/** What a request asked of GraphQL, and what came of it; names and codes only. */
export interface ToldOperation {
  operation: string | null;
  codes: string[];
}

/** One line for each request, with what its handler told of it. */
export class RequestLog {
  readonly #log: Logger;
  readonly #open = new Map<string, ToldOperation | null>();

  constructor(log: Logger, fastify: FastifyInstance) {
    this.#log = log;
    fastify.addHook('onRequest', async (request, reply) => {
      this.#open.set(request.id, null);
      // Who leaves before the end gets no response that would be told of.
      reply.raw.once('close', () => {
        if (this.#open.has(request.id)) this.#close(request, reply, { left: true });
      });
    });
    fastify.addHook('onResponse', async (request, reply) => this.#close(request, reply));
  }

  #close(request: FastifyRequest, reply: FastifyReply, more: { left?: true } = {}): void {
    const line = {
      requestId: request.id,
      method: request.method,
      // As it is written here: what a client put into the address may be somebody's words.
      route: request.routeOptions.url ?? null,
      status: reply.statusCode,
      durationMs: Math.round(reply.elapsedTime),
      ...this.#open.get(request.id),
      ...more,
    };
    this.#open.delete(request.id);
    this.#log.debug(line, 'request');
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
