import { setTimeout as after } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Context } from '../context.ts';
import { onPostgres } from './dialect.ts';
import { db, type Em } from './orm.ts';
import { BUSY_TIMEOUT_MS } from './sqlite-driver.ts';

const PATIENCE_MS = 5_000;
const AGAIN_MS = 100;

/**
 * After a deletion in SQLite: what was overwritten in the database still stands in its log, until then. PostgreSQL looks
 * after its own.
 *
 * @param patienceMs how long another process that reads, as a backup does, is waited for; the next sweep cuts it too
 * @returns whether it was cut
 */
export async function cutLog(
  { em, log }: Pick<Context, 'em' | 'log'>,
  patienceMs: number = PATIENCE_MS,
): Promise<boolean> {
  if (onPostgres(em)) return true;
  const deadline = performance.now() + patienceMs;
  try {
    while (!(await truncate(em))) {
      if (performance.now() >= deadline) {
        log.warn({}, 'the log of the database could not be cut yet: somebody reads it');
        return false;
      }
      await after(AGAIN_MS);
    }
    return true;
  } catch (error) {
    log.warn({ err: error }, 'the log of the database could not be cut');
    return false;
  }
}

/** Without waiting inside of SQLite, where all of this process would wait. */
function truncate(em: Em): Promise<boolean> {
  return db(em)
    .connection()
    .execute(async (connection) => {
      await sql`pragma busy_timeout = 0`.execute(connection);
      try {
        const { rows } = await sql<{ busy: number }>`pragma wal_checkpoint(truncate)`.execute(connection);
        return !rows[0]?.busy;
      } finally {
        await sql`pragma busy_timeout = ${sql.lit(BUSY_TIMEOUT_MS)}`.execute(connection);
      }
    });
}
