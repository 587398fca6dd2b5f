import { db, type Em, type Row } from '../db/orm.ts';
import type { DocumentRow } from './own-document.ts';
import type { ReadRequest } from './read/read-in-thread.worker.ts';

type ContentRow = Pick<Row<'document_content'>, 'file' | 'extractedText'>;

type Owned = Pick<DocumentRow, 'id' | 'userId'>;

export async function loadContent(em: Em, { id, userId }: Owned): Promise<ContentRow> {
  return db(em)
    .selectFrom('document_content')
    .innerJoin('document', 'document.id', 'document_content.document')
    .select(['document_content.file', 'document_content.extractedText'])
    .where('document.id', '=', id)
    .where('document.userId', '=', userId)
    .executeTakeFirstOrThrow();
}

/** The file, until it has been read; then its text. */
export function sourceOf(content: ContentRow, { mimeType }: Pick<DocumentRow, 'mimeType'>): ReadRequest['source'] {
  if (content.extractedText !== null) return { text: content.extractedText };
  return { bytes: content.file ?? new Uint8Array(), mimeType };
}

/**
 * A part of a READY document's text; null until then. No character is cut in two.
 *
 * @param from UTF-16 units, as `length`
 */
export async function readText(
  em: Em,
  document: Pick<DocumentRow, 'id' | 'userId' | 'status'>,
  { from, length }: { from: number; length: number },
): Promise<string | null> {
  if (document.status !== 'READY') return null;
  // Whole, because the database counts in characters.
  const text = (await loadContent(em, document)).extractedText ?? '';
  return text.slice(wholeBefore(text, from), wholeBefore(text, from + length));
}

const wholeBefore = (text: string, at: number): number =>
  /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(Math.max(0, at - 1), at + 1)) ? at - 1 : at;

export async function setText(em: Em, document: Owned, extractedText: string): Promise<void> {
  await db(em)
    .updateTable('document_content')
    .set({ extractedText, file: null })
    .where('document', '=', own(em, document))
    .execute();
}

/** Of a document that cannot be read; it would have to come again. */
export async function dropFile(em: Em, document: Owned): Promise<void> {
  await db(em).deleteFrom('document_content').where('document', '=', own(em, document)).execute();
}

const own = (em: Em, { id, userId }: Owned) =>
  db(em).selectFrom('document').select('document.id').where('document.id', '=', id).where('userId', '=', userId);

export async function setDocument(
  em: Em,
  { id, userId }: Owned,
  changes: Partial<Pick<DocumentRow, 'status' | 'failure' | 'chunkCount'>>,
): Promise<void> {
  await db(em).updateTable('document').set(changes).where('id', '=', id).where('userId', '=', userId).execute();
}
