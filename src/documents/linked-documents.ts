import { db, type Em } from '../db/orm.ts';
import type { DocumentRow } from './own-document.ts';

export type LinkedDocument = Pick<DocumentRow, 'id' | 'status'>;

/** The documents that a session's replies may draw on, as the viewer listed them. */
export async function linkedDocuments(em: Em, session: { id: string; userId: string }): Promise<LinkedDocument[]> {
  return db(em)
    .selectFrom('session_document')
    .innerJoin('document', 'document.id', 'session_document.document')
    .select(['document.id', 'document.status'])
    .where('session_document.session', '=', session.id)
    .where('document.userId', '=', session.userId)
    .orderBy('session_document.position')
    .execute();
}
