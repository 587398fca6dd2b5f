import type { DocumentRow } from '../../documents/own-document.ts';
import { searchableDocuments } from '../../documents/searchable-documents.ts';

/**
 * Notes on linked documents that cannot be searched. They count and do not name: a note would keep the name of a document
 * that is deleted later.
 */
export function unsearchedDocuments(linked: readonly Pick<DocumentRow, 'status' | 'chunkCount'>[]): string[] {
  const pending = linked.filter(({ status }) => status === 'PENDING').length;
  const failed = linked.filter(({ status }) => status === 'FAILED').length;
  const tooMuch = linked.length - pending - failed - searchableDocuments(linked).length;
  return [
    ...note(pending, 'A linked document is still being indexed', 'linked documents are still being indexed'),
    ...note(failed, 'A linked document could not be indexed', 'linked documents could not be indexed'),
    ...note(
      tooMuch,
      'A linked document is more than fits into one search',
      'linked documents are more than fits into one search',
    ),
  ];
}

const note = (count: number, one: string, many: string) => {
  if (count === 0) return [];
  return [count === 1 ? `${one} and was not searched.` : `${count} ${many} and were not searched.`];
};
