import type { Context } from '../context.ts';
import { cutLog } from './cut-log.ts';
import { onPostgres } from './dialect.ts';

/**
 * After an erasure in SQLite: writes the database anew, from what is left in it. Where SQLite once moved a row to another page, a copy
 * of it may stand between the rows that stayed, and `secure_delete` does not know of it.
 *
 * @NOTE All of the process waits, about 10 ms for each MB that is left.
 */
export async function rewriteDatabase(ctx: Pick<Context, 'em' | 'log'>): Promise<void> {
  if (onPostgres(ctx.em)) return;
  const begun = performance.now();
  try {
    await ctx.em.execute('vacuum');
    ctx.log.info({ durationMs: Math.round(performance.now() - begun) }, 'the database was written anew');
  } catch (error) {
    ctx.log.error({ err: error }, 'the database could not be written anew: its file may still hold what was erased');
  }
  await cutLog(ctx);
}
