import { sql } from 'kysely';
import { onPostgres } from '../../db/dialect.ts';
import { listedRows } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';

export interface Part {
  /** The reply's. */
  id: string;
  offset: number;
  text: string;
}

/**
 * Whoever ends the reply meanwhile waits, and so finds this part too. A reply that somebody else is changing is left for the
 * next time, so that one who is cut off in the midst of it holds up no other reply. On SQLite everybody waits.
 */
const untilStored = (em: Em) => (onPostgres(em) ? sql`for share of m skip locked` : sql``);

/**
 * Stores what running replies gained, all of them in one statement. A part that was stored before, though nobody was told,
 * becomes what it has become; a statement that was held up on its way finds a longer one and changes nothing.
 *
 * @returns the replies whose part was stored: of those that `owner` still holds, the ones that nobody was changing
 */
export async function persistParts(em: Em, owner: string, parts: readonly Part[]): Promise<Set<string>> {
  const { rows } = await sql<{ id: string }>`
    insert into reply_part (message_id, "offset", text)
    select m.id, part."offset", part.text
    from ${listedRows(em, { id: 'uuid', offset: 'integer', text: 'text' }, parts)} part
    join chat_message m on m.id = part.id
    where m.lease_owner = ${owner} and m.status = 'STREAMING'
    ${untilStored(em)}
    on conflict (message_id, "offset") do update set text = excluded.text
      where length(excluded.text) >= length(reply_part.text)
    returning message_id as id`.execute(db(em));
  return new Set(rows.map((row) => row.id));
}
