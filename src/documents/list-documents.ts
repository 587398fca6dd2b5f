import type { Context } from '../context.ts';
import { db, type Em } from '../db/orm.ts';
import { readTimeCursor, timeCursor, tupleOf } from '../db/time-cursor.ts';
import type { DocumentChunkRow, DocumentRow } from './own-document.ts';

export interface DocumentPage {
  nodes: DocumentRow[];
  hasNextPage: boolean;
  hasPreviousPage: boolean;
}

/** One page of the viewer's documents by when they came, newest first; ties by id, so that no page repeats or skips one. */
export async function listDocuments(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  page: { first: number; after?: string | null },
): Promise<DocumentPage> {
  const cursor = readTimeCursor(page.after);
  const own = db(em).selectFrom('document').where('userId', '=', viewer.id);
  const rows = await (cursor ? own.where((eb) => eb(eb.refTuple('createdAt', 'id'), '<', tupleOf(em, cursor))) : own)
    .selectAll()
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(page.first + 1)
    .execute();
  // What comes before the page is what stands at the cursor or before it.
  const earlier = cursor
    ? await own
        .where((eb) => eb(eb.refTuple('createdAt', 'id'), '>=', tupleOf(em, cursor)))
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

export async function countDocuments(em: Em, userId: string): Promise<number> {
  const { count } = await db(em)
    .selectFrom('document')
    .select((eb) => eb.fn.countAll<number>().as('count'))
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  return Number(count);
}

/** In order, from position `from`. */
export async function listChunks(
  { em, viewer }: Pick<Context, 'em' | 'viewer'>,
  document: Pick<DocumentRow, 'id'>,
  page: { first: number; from: number },
): Promise<DocumentChunkRow[]> {
  const rows = await db(em)
    .selectFrom('chunk')
    .select(['id', 'position', 'text', 'start'])
    .where('document', '=', document.id)
    .where('userId', '=', viewer.id)
    .where('position', '>=', page.from)
    .orderBy('position')
    .limit(page.first)
    .execute();
  return rows.map((row) => ({ ...row, document: document.id }));
}

export const documentCursor = ({ createdAt, id }: Pick<DocumentRow, 'createdAt' | 'id'>): string =>
  timeCursor({ at: createdAt, id });
