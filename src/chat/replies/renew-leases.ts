import { onPostgres } from '../../db/dialect.ts';
import { db, type Em } from '../../db/orm.ts';

export interface Renewal {
  /** Another process ended them, or nobody is to write them any more. */
  lost: string[];
  /** By their rows: whoever asked may not have been heard. */
  cancelled: string[];
  /** Somebody is changing them at this moment: to be renewed soon. One who is cut off in the midst of it holds up no other. */
  left: string[];
}

/** Makes the leases that `owner` has on these replies run until then. */
export async function renewLeases(
  em: Em,
  owner: string,
  ids: readonly string[],
  leaseExpiresAt: Date,
): Promise<Renewal> {
  const held = db(em).selectFrom('chat_message').select('id').where('id', 'in', ids).where('leaseOwner', '=', owner);
  const renewed = await db(em)
    .updateTable('chat_message')
    .set({ leaseExpiresAt })
    .where('id', 'in', onPostgres(em) ? held.forNoKeyUpdate().skipLocked() : held)
    .where('leaseOwner', '=', owner)
    .returning(['id', 'cancelRequestedAt'])
    .execute();
  const done = new Set(renewed.map(({ id }) => id));
  const left = done.size === ids.length ? [] : (await held.execute()).map(({ id }) => id).filter((id) => !done.has(id));
  return {
    lost: ids.filter((id) => !done.has(id) && !left.includes(id)),
    cancelled: renewed.filter((row) => row.cancelRequestedAt).map(({ id }) => id),
    left,
  };
}
