import { sql } from 'kysely';
import { onPostgres } from './dialect.ts';
import { oneOf } from './listed.ts';
import { db, type Em } from './orm.ts';

/** Of two transactions that wait for each other PostgreSQL ends one: 40P01; 40001 is the same said of what they read. */
const TRY_AGAIN = new Set(['40P01', '40001']);
const MAX_TRIES = 5;

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
  for (let tries = 1; ; tries += 1) {
    try {
      return await em.transactional(async (tx) => {
        await takeTurns(tx, [userIds].flat());
        return work(tx);
      });
    } catch (error) {
      if (tries === MAX_TRIES || !isToBeTriedAgain(error)) throw error;
    }
  }
}

/**
 * Always in the same order, so that those who wait for several viewers do not wait for each other. A process that is cut
 * off from the database in the midst of it must not keep others waiting for long: those of its transactions that waited
 * for their turn get it one after the other, and each keeps it until it is found to be idle.
 */
async function takeTurns(em: Em, userIds: readonly string[]): Promise<void> {
  await sql`
    select set_config('idle_in_transaction_session_timeout', '4s', true), set_config('lock_timeout', '15s', true),
      pg_advisory_xact_lock(turn)
    from (select distinct hashtextextended(value, 0) as turn from ${oneOf(em, 'text', userIds)} as l(value) order by 1) as turns
  `.execute(db(em));
}

function isToBeTriedAgain(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return ('code' in error && TRY_AGAIN.has(String(error.code))) || isToBeTriedAgain(error.cause);
}
