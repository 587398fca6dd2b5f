import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';

/** /healthz: the process is up. /readyz: it also wants requests, and its database answers. */
export function serveHealth(app: Pick<App, 'orm' | 'isDraining'>, fastify: FastifyInstance): void {
  fastify.get('/healthz', async () => ({ status: 'ok' }));
  fastify.get('/readyz', async (_request, reply) => {
    const reason = await unreadyReason(app);
    return reason ? reply.code(503).send({ status: 'unavailable', reason }) : { status: 'ready' };
  });
}

async function unreadyReason({ orm, isDraining }: Pick<App, 'orm' | 'isDraining'>): Promise<string | null> {
  if (isDraining) return 'The server is stopping.';
  const { ok } = await orm.checkConnection();
  return ok ? null : 'The database does not answer.';
}
