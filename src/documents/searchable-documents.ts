import type { DocumentRow } from './own-document.ts';

/**
 * Passages that are searched for one question: some 35 million characters. Twice as many would not stay cached, and each
 * question would read them anew, for seconds in which nobody else is served.
 */
const MAX_CHUNKS = 100_000;

/** The READY ones, in the order given: each that still has room beside those before it. */
export function searchableDocuments<D extends Pick<DocumentRow, 'status' | 'chunkCount'>>(
  documents: readonly D[],
): D[] {
  let room = MAX_CHUNKS;
  return documents.filter(({ status, chunkCount }) => {
    if (status !== 'READY' || chunkCount > room) return false;
    room -= chunkCount;
    return true;
  });
}
