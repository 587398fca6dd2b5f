import { sql } from 'kysely';
import type { Context } from '../../context.ts';
import { onPostgres } from '../../db/dialect.ts';
import { db, type Em } from '../../db/orm.ts';
import { readTimeCursor, timeCursor, tupleOf } from '../../db/time-cursor.ts';
import type { SessionRow } from '../own.ts';
import type { ChatSessionFilter } from '../session.type.ts';
import { unique } from './create-session.ts';

export interface SessionPage {
  nodes: SessionRow[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** One page of the viewer's sessions by `updatedAt`, newest first; ties by id, so that no page repeats or skips one. */
export async function listSessions(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  page: { first: number; after?: string | null; filter?: ChatSessionFilter | null },
): Promise<SessionPage> {
  const cursor = readTimeCursor(page.after);
  const matching = sessionsOf(em, viewer.id, page.filter);
  const rows = await (cursor
    ? matching.where((eb) => eb(eb.refTuple('updatedAt', 'id'), '<', tupleOf(em, cursor)))
    : matching
  )
    .selectAll()
    .orderBy('updatedAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.first + 1)
    .execute();
  // What comes before the page is what stands at the cursor or before it.
  const earlier = cursor
    ? await matching
        .where((eb) => eb(eb.refTuple('updatedAt', 'id'), '>=', tupleOf(em, cursor)))
        .select('id')
        .limit(1)
        .execute()
    : [];
  return {
    nodes: rows.slice(0, page.first),
    hasNextPage: rows.length > page.first,
    hasPreviousPage: earlier.length > 0,
  };
}

export async function countSessions(em: Em, userId: string, filter?: ChatSessionFilter | null): Promise<number> {
  const { count } = await sessionsOf(em, userId, filter)
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .executeTakeFirstOrThrow();
  return Number(count);
}

function sessionsOf(em: Em, userId: string, filter?: ChatSessionFilter | null) {
  const state = filter?.state ?? 'ACTIVE';
  const tags = unique(filter?.tags ?? []);
  const words = filter?.search?.split(/\s+/).filter(Boolean) ?? [];
  let query = db(em).selectFrom('chat_session').where('userId', '=', userId);
  if (state !== 'ALL') query = query.where('deletedAt', state === 'ACTIVE' ? 'is' : 'is not', null);
  for (const tag of tags) query = query.where(hasTag(em, tag));
  for (const word of words) query = query.where(titleContains(em, word));
  return query;
}

const hasTag = (em: Em, tag: string) =>
  onPostgres(em)
    ? sql<boolean>`tags @> ${JSON.stringify([tag])}::jsonb`
    : sql<boolean>`exists (select 1 from json_each(tags) where value = ${tag})`;

/** Whatever their case. On PostgreSQL by the rules of Unicode, whichever locale the database was made with. */
const titleContains = (em: Em, word: string) =>
  onPostgres(em)
    ? sql<boolean>`strpos(lower(title collate pg_c_utf8), lower(${word} collate pg_c_utf8)) > 0`
    : sql<boolean>`instr(lower(title), lower(${word})) > 0`;

export const sessionCursor = ({ updatedAt, id }: Pick<SessionRow, 'updatedAt' | 'id'>): string =>
  timeCursor({ at: updatedAt, id });
