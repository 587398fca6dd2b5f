import type { Candidate, HitKind } from './hit-kind.ts';
import { labelOf } from './label.ts';
import type { Hit, PromptItem } from './prompt.ts';
import { quotationLineTokens } from './quotation-line.ts';

/** What memory found, sent in the order said: a story. */
export const memoryHits: HitKind<Hit> = {
  section: 'MEMORY',
  keyOf: ({ messageId, position }) => `${messageId} ${position}`,
  labelOf: (marker, { role, saidAt }) => labelOf(marker, role, saidAt),
  lineTokens: (hit) => quotationLineTokens(labelOf(1, hit.role, hit.saidAt), hit),
  inOrder: (candidates) =>
    candidates.toSorted(({ hit: a }, { hit: b }) => a.saidAt.getTime() - b.saidAt.getTime() || inSession(a, b)),
  // The user's own words rank before the assistant's.
  reserve: { share: 0.15, isFor: ({ role }) => role === 'ASSISTANT' },
  itemOf: ({ hit, tokens }: Candidate<Hit>): PromptItem => ({
    section: 'MEMORY',
    messageId: hit.messageId,
    chunkId: null,
    filename: null,
    role: hit.role,
    saidAt: hit.saidAt,
    marker: null,
    ranges: [hit.range],
    text: hit.text,
    decision: 'INCLUDED',
    reason: null,
    score: hit.score,
    tokens,
  }),
};

const inSession = (a: Hit, b: Hit) =>
  Number(a.sessionId > b.sessionId) - Number(a.sessionId < b.sessionId) || a.seq - b.seq || a.position - b.position;

/** Whether what `hit` says is sent anyway, in a recent turn. */
export const standsIn = (recent: readonly PromptItem[], hit: Hit) =>
  recent.some(
    ({ messageId, decision, ranges }) =>
      messageId === hit.messageId &&
      decision !== 'DROPPED' &&
      ranges.some(([from, to]) => from <= hit.range[0] && hit.range[1] <= to),
  );
