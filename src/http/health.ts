import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { db, forkEm } from '../db/orm.ts';

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
  try {
    // A row, because SQLite answers `select 1` without its file.
    await db(forkEm(orm)).selectFrom('chat_session').select('id').limit(1).execute();
    return null;
  } catch {
    return 'The database does not answer.';
  }
}
