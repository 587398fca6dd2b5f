import { db } from '../db/orm.ts';
import type { DocumentRow } from '../documents/own-document.ts';
import { type ExportScope, keysetPages, type Pages, placeOf } from './export-line.ts';

const DOCUMENTS = 100;

/** Each document with its text: one at a time, because a text may be long. */
export async function* documentLines(scope: ExportScope): Pages {
  const pages = keysetPages<DocumentRow>(DOCUMENTS, (after, limit) => readDocuments(scope, after, limit));
  for await (const page of pages) {
    for (const { userId: _, failure, ...document } of page) {
      yield [{ kind: 'document', ...document, error: failure, text: await textOf(scope, document.id) }];
    }
  }
}

/** In the order they came, which nothing changes. */
function readDocuments({ em, userId }: ExportScope, after: DocumentRow | null, limit: number): Promise<DocumentRow[]> {
  const own = db(em()).selectFrom('document').selectAll().where('userId', '=', userId);
  const rest = after
    ? own.where(({ eb, refTuple }) => eb(refTuple('createdAt', 'id'), '>', placeOf(em(), after)))
    : own;
  return rest.orderBy('createdAt').orderBy('id').limit(limit).execute();
}

/** Null until it has been extracted. */
async function textOf({ em, userId }: ExportScope, documentId: string): Promise<string | null> {
  const content = await db(em())
    .selectFrom('document_content')
    .innerJoin('document', 'document.id', 'document_content.document')
    .select('document_content.extractedText')
    .where('document_content.document', '=', documentId)
    .where('document.userId', '=', userId)
    .executeTakeFirst();
  return content?.extractedText ?? null;
}
