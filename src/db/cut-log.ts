import type { Context } from '../context.ts';

/** After a deletion: what was overwritten in the database still stands in its log, until then. */
export async function cutLog({ em, log }: Pick<Context, 'em' | 'log'>): Promise<void> {
  await em.execute('pragma wal_checkpoint(truncate)').catch((error: unknown) => {
    log.warn({ err: error }, 'the log of the database could not be cut');
  });
}
