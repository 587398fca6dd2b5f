import { sql } from 'kysely';
import { onPostgres } from './dialect.ts';
import { oneOf } from './listed.ts';
import { db, type Em } from './orm.ts';
import { inLine } from './viewer-line.ts';

/** Of two transactions that wait for each other PostgreSQL ends one: 40P01; 40001 is the same said of what they read. */
const TRY_AGAIN = new Set(['40P01', '40001']);
const MAX_TRIES = 5;
const MAX_WAIT_MS = 15_000;

/**
 * A transaction on what is one viewer's, or several viewers'. Those of one viewer run one after the other, in whatever
 * process, so that what `work` reads stays true until it has written. On SQLite all transactions do.
 *
 * @param work may be done again from its beginning: it changes nothing but the database
 */
export async function viewerTransaction<T>(
  em: Em,
  userIds: string | readonly string[],
  work: (em: Em) => Promise<T>,
): Promise<T> {
  if (!onPostgres(em)) return em.transactional(work);
  const all = [userIds].flat();
  const [userId] = all;
  // Of several viewers only jobs ask, a few at a time.
  if (userId === undefined || all.length > 1 || em.isInTransaction()) return untilUndisturbed(em, all, work);
  return inLine(em, userId, MAX_WAIT_MS, () => untilUndisturbed(em, all, work));
}

async function untilUndisturbed<T>(em: Em, userIds: readonly string[], work: (em: Em) => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await em.transactional(async (tx) => {
        await takeTurns(tx, userIds);
        return work(tx);
      });
    } catch (error) {
      if (tries === MAX_TRIES || !isToBeTriedAgain(error)) throw error;
    }
  }
}

/** Always in the same order, so that those who wait for several viewers do not wait for each other. */
async function takeTurns(em: Em, userIds: readonly string[]): Promise<void> {
  await sql`
    select set_config('lock_timeout', ${`${MAX_WAIT_MS}ms`}, true),
      pg_advisory_xact_lock(turn)
    from (select distinct hashtextextended(value, 0) as turn from ${oneOf(em, 'text', userIds)} as l(value) order by 1) as turns
  `.execute(db(em));
}

function isToBeTriedAgain(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && TRY_AGAIN.has(String(error.code))) || isToBeTriedAgain(error.cause);
}
