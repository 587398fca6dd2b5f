import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

const PREFLIGHT_SECONDS = 86_400;
const EXPOSED = ['x-request-id', 'retry-after'];

/** Lets the pages of these origins use the API. */
export async function allowOrigins(fastify: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  // Asked by some browsers on behalf of a public page, such as Apollo Studio, that reaches for a server on this machine or network.
  fastify.addHook('onRequest', async ({ headers }, reply) => {
    if (headers['access-control-request-private-network'] !== 'true' || !origins.includes(headers.origin ?? '')) return;
    reply.header('access-control-allow-private-network', 'true');
  });
  await fastify.register(cors, {
    origin: [...origins],
    methods: ['GET', 'POST'],
    maxAge: PREFLIGHT_SECONDS,
    exposedHeaders: EXPOSED,
  });
}
