import { isId } from '../db/columns.ts';
import { db, type Em, type Row } from '../db/orm.ts';
import { AppError } from '../errors.ts';

export type DocumentRow = Row<'document'>;
/** A passage of a document, as clients see it. */
export type DocumentChunkRow = Pick<Row<'chunk'>, 'id' | 'position' | 'text' | 'start'> & { document: string };

export const noSuchDocument = () => new AppError('NOT_FOUND', 'No such document.');

/** Null when there is none, or it is not the viewer's. */
export async function findDocument(em: Em, userId: string, id: string): Promise<DocumentRow | null> {
  if (!isId(id)) return null;
  const found = await db(em)
    .selectFrom('document')
    .selectAll()
    .where('id', '=', id)
    .where('userId', '=', userId)
    .executeTakeFirst();
  return found ?? null;
}
