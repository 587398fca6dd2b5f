import { db, type Em, type Row } from '../db/orm.ts';
import type { DocumentRow } from './own-document.ts';
import type { ReadRequest } from './read-in-thread.worker.ts';

type ContentRow = Pick<Row<'document_content'>, 'file' | 'extractedText'>;

export async function loadContent(em: Em, documentId: string): Promise<ContentRow> {
  return db(em)
    .selectFrom('document_content')
    .select(['file', 'extractedText'])
    .where('document', '=', documentId)
    .executeTakeFirstOrThrow();
}

/** The file, until it has been read; then its text. */
export function sourceOf(content: ContentRow, { mimeType }: Pick<DocumentRow, 'mimeType'>): ReadRequest['source'] {
  if (content.extractedText !== null) return { text: content.extractedText };
  return { bytes: content.file ?? new Uint8Array(), mimeType };
}

export async function setText(em: Em, documentId: string, extractedText: string): Promise<void> {
  await db(em)
    .updateTable('document_content')
    .set({ extractedText, file: null })
    .where('document', '=', documentId)
    .execute();
}

/** Of a document that cannot be read; it would have to come again. */
export async function dropFile(em: Em, documentId: string): Promise<void> {
  await db(em).deleteFrom('document_content').where('document', '=', documentId).execute();
}

export async function setDocument(
  em: Em,
  { id, userId }: Pick<DocumentRow, 'id' | 'userId'>,
  changes: Partial<Pick<DocumentRow, 'status' | 'failure' | 'chunkCount'>>,
): Promise<void> {
  await db(em).updateTable('document').set(changes).where('id', '=', id).where('userId', '=', userId).execute();
}
