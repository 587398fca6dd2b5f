import { sql } from 'kysely';
import { invalid } from '../errors.ts';
import { isId } from './columns.ts';
import { instant } from './instants.ts';
import type { Em } from './orm.ts';

/** A place in a list that is ordered by a time, newest first, and then by id, so that no page repeats or skips a row. */
export interface TimeCursor {
  at: Date;
  id: string;
}

export const timeCursor = ({ at, id }: TimeCursor): string =>
  Buffer.from(`${at.getTime()} ${id}`).toString('base64url');

/** @param after as a client sends it. @returns null for a list from its beginning. @throws BAD_USER_INPUT */
export function readTimeCursor(after: string | null | undefined): TimeCursor | null {
  if (after == null) return null;
  const [, time = '', id = ''] = /^(\d{1,15}) (\S+)$/.exec(Buffer.from(after, 'base64url').toString()) ?? [];
  if (!isId(id)) throw invalid('after', 'after is not a cursor of this list');
  return { at: new Date(Number(time)), id };
}

/** Compared as one value, so that the index is entered at the cursor. */
export const tupleOf = (em: Em, { at, id }: TimeCursor) => sql<[Date, string]>`(${instant(em, at)}, ${id})`;
