import type { Context } from '../context.ts';

/**
 * After a deletion: what was overwritten in the database still stands in its log, until then.
 *
 * @returns whether it was cut: not where another process was reading
 */
export async function cutLog({ em, log }: Pick<Context, 'em' | 'log'>): Promise<boolean> {
  try {
    const [result] = await em.execute<{ busy: number }[]>('pragma wal_checkpoint(truncate)');
    if (!result?.busy) return true;
    log.warn({}, 'the log of the database could not be cut: somebody reads it');
  } catch (error) {
    log.warn({ err: error }, 'the log of the database could not be cut');
  }
  return false;
}
