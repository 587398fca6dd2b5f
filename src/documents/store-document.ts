import type { Context } from '../context.ts';
import { db, type Em } from '../db/orm.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import { enqueue, isAsked } from '../jobs/queue.ts';
import { INDEX_DOCUMENT_TASK } from './index-document.task.ts';
import type { DocumentRow } from './own-document.ts';

export interface NewFile {
  filename: string;
  mimeType: string;
  bytes: Buffer;
  /** SHA-256 of `bytes` in hex. */
  contentHash: string;
}

export interface StoredDocument {
  document: DocumentRow;
  /** False: the viewer had this file already. */
  isNew: boolean;
}

/**
 * Stores a file as a document, and asks for it to be read and indexed, in one transaction. A file that the viewer has
 * already is that document; one that FAILED is tried again, under the name it has come with, and so is one that nothing
 * would ever read.
 */
export async function storeDocument(
  { app, em, viewer }: Pick<Context, 'app' | 'em' | 'viewer'>,
  file: NewFile,
): Promise<StoredDocument> {
  const stored = await viewerTransaction(em, viewer.id, async (tx) => {
    const { document, isNew } = await ownerOf(tx, viewer.id, file);
    if (!isNew && !(await isGivenUp(tx, document))) return { document, isNew };
    await db(tx)
      .insertInto('document_content')
      .values({ document: document.id, file: file.bytes, extractedText: null })
      .onConflict((conflict) => conflict.column('document').doUpdateSet({ file: file.bytes, extractedText: null }))
      .execute();
    await enqueue(tx, {
      userId: viewer.id,
      task: INDEX_DOCUMENT_TASK,
      key: document.id,
      documentId: document.id,
    });
    return { document: isNew ? document : await beginAgain(tx, document, file), isNew };
  });
  app.jobs.wake();
  return stored;
}

async function isGivenUp(em: Em, { id, status }: DocumentRow): Promise<boolean> {
  if (status !== 'PENDING') return status === 'FAILED';
  return !(await isAsked(em, INDEX_DOCUMENT_TASK, id));
}

/** The row of this file, which the unique key makes one however many requests race to store it. */
async function ownerOf(
  em: Em,
  userId: string,
  { filename, mimeType, bytes, contentHash }: NewFile,
): Promise<StoredDocument> {
  const inserted = await db(em)
    .insertInto('document')
    .values({ userId, filename, mimeType, sizeBytes: bytes.length, contentHash, failure: null })
    .onConflict((conflict) => conflict.columns(['userId', 'contentHash']).doNothing())
    .returningAll()
    .executeTakeFirst();
  if (inserted) return { document: inserted, isNew: true };
  const document = await db(em)
    .selectFrom('document')
    .selectAll()
    .where('userId', '=', userId)
    .where('contentHash', '=', contentHash)
    .executeTakeFirstOrThrow();
  return { document, isNew: false };
}

function beginAgain(em: Em, { id, userId }: DocumentRow, { filename, mimeType }: NewFile): Promise<DocumentRow> {
  return db(em)
    .updateTable('document')
    .set({ filename, mimeType, status: 'PENDING', failure: null, chunkCount: 0 })
    .where('id', '=', id)
    .where('userId', '=', userId)
    .returningAll()
    .executeTakeFirstOrThrow();
}
