import { setTimeout as after } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import type { App } from '../app.ts';
import { db, forkEm } from '../db/orm.ts';

/** Who asks has no more patience either. */
const PATIENCE_MS = 3_000;

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
  const late = new AbortController();
  // A row, because SQLite answers `select 1` without its file.
  const row = db(forkEm(orm)).selectFrom('chat_session').select('id').limit(1).execute();
  const answered = await Promise.race([
    row.then(
      () => true,
      () => false,
    ),
    after(PATIENCE_MS, false, { signal: late.signal }).catch(() => false),
  ]);
  late.abort();
  return answered ? null : 'The database does not answer.';
}
