import type { Candidate, HitKind } from './hit-kind.ts';
import { documentLabel } from './label.ts';
import type { DocumentHit, PromptItem } from './prompt.ts';
import { quotationLineTokens } from './quotation-line.ts';

/** Passages of documents: each document's in the order they stand in it, the document of the best passage first. */
export const documentHits: HitKind<DocumentHit> = {
  section: 'DOCUMENTS',
  keyOf: ({ chunkId }) => String(chunkId),
  labelOf: (marker, { filename }) => documentLabel(marker, filename),
  lineTokens: (hit) => quotationLineTokens(documentLabel(1, hit.filename), hit),
  inOrder: (candidates) =>
    [...Map.groupBy(candidates, ({ hit }) => hit.documentId).values()].flatMap((passages) =>
      passages.toSorted(({ hit: a }, { hit: b }) => a.position - b.position),
    ),
  reserve: null,
  itemOf: ({ hit, tokens }: Candidate<DocumentHit>): PromptItem => ({
    section: 'DOCUMENTS',
    messageId: null,
    chunkId: hit.chunkId,
    filename: hit.filename,
    role: null,
    saidAt: null,
    marker: null,
    ranges: [hit.range],
    text: hit.text,
    decision: 'INCLUDED',
    reason: null,
    score: hit.score,
    tokens,
  }),
};
