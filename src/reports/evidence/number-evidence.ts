import { documentHits as documentKind } from '../../prompt/document-hits.ts';
import { candidatesOf, numbered } from '../../prompt/fit-hits.ts';
import type { Numbered } from '../../prompt/hit-kind.ts';
import type { DocumentHit } from '../../prompt/prompt.ts';
import type { WeighedPassage } from './choose-evidence.ts';

/** What a report rests on, numbered: messages oldest first, then documents. */
export interface Evidence {
  messages: Numbered<WeighedPassage>[];
  documents: Numbered<DocumentHit>[];
}

export function numberEvidence(messages: readonly WeighedPassage[], documents: readonly DocumentHit[]): Evidence {
  const candidates = messages.map((hit) => ({ hit, tokens: hit.lineTokens }));
  const first = messages.length + 1;
  return {
    messages: candidates.map((candidate, at) => ({ ...candidate, marker: at + 1 })),
    documents: numbered(documentKind, candidatesOf(documentKind, documents), first),
  };
}
