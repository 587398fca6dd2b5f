import { DOCUMENTS_SHARE, freeTokens, MEMORY_SHARE, RECENT_TURNS_SHARE } from './budget.ts';
import { documentHits } from './document-hits.ts';
import { candidatesOf, excerptsTokens, type FittedHits, fitHits, headerTokens, numbered } from './fit-hits.ts';
import { fitRecent } from './fit-recent.ts';
import type { Candidate, HitKind, Numbered } from './hit-kind.ts';
import { memoryHits, standsIn } from './memory-hits.ts';
import type { DocumentHit, Hit, PromptItem } from './prompt.ts';
import type { PromptInput } from './prompt-input.ts';

export interface Fitted {
  recent: PromptItem[];
  documents: FittedHits<DocumentHit>;
  memory: FittedHits<Hit>;
}

interface Candidates {
  documents: Candidate<DocumentHit>[];
  memory: Candidate<Hit>[];
}

/** Divides `free` between RECENT_TURNS, MEMORY and DOCUMENTS. */
export function fitSections(input: PromptInput, free: number): Fitted {
  const candidates = {
    documents: candidatesOf(documentHits, input.documents),
    memory: input.memoryEnabled ? candidatesOf(memoryHits, input.hits) : [],
  };
  const atShare = fitTo(input, candidates, { free, recentTokens: Math.floor(free * RECENT_TURNS_SHARE) });
  // Older turns take what the others leave; hits that stand in those turns then leave MEMORY.
  const recentTokens = free - atShare.memory.tokens - atShare.documents.tokens;
  return fitTo(input, candidates, { free, recentTokens });
}

function fitTo(input: PromptInput, candidates: Candidates, limits: { free: number; recentTokens: number }): Fitted {
  const recent = fitRecent(input.recent, { maxTokens: limits.recentTokens, room: limits.free });
  const left = limits.free - tokensSent(recent);
  const passages = { candidates: candidates.documents, fresh: candidates.documents, summary: input.documentsSummary };
  const found = {
    candidates: candidates.memory,
    fresh: candidates.memory.filter(({ hit }) => !standsIn(recent, hit)),
    summary: input.memoryEnabled ? input.summary : null,
  };
  // Where the last turn took of both shares, MEMORY is the first to shrink; what is left over is MEMORY's first.
  const ofShare = fitHits(documentHits, passages, Math.min(left, Math.floor(limits.free * DOCUMENTS_SHARE)));
  const memory = fitHits(memoryHits, found, left - ofShare.tokens);
  return { recent, memory, documents: fitHits(documentHits, passages, left - memory.tokens) };
}

/** What a section that a search filled asks for, and may have: to decide on condensing before the prompt is assembled. */
export interface Demand<H extends object> {
  kind: HitKind<H>;
  /** What a summary would be made from, with the markers it must use. */
  hits: Numbered<H>[];
  /** What they would take as excerpts. */
  wantedTokens: number;
  /** The section's part of what INSTRUCTIONS and USER_MESSAGE leave, without what other sections leave unused. */
  shareTokens: number;
  /** A summary of at most as many is sure to fit. */
  summaryTokens: number;
}

export interface Demands {
  documents: Demand<DocumentHit>;
  memory: Demand<Hit>;
}

/**
 * Numbered through both sections as if all of it were sent, so that both can be condensed at once.
 *
 * @throws AppError BUDGET_EXCEEDED, as `freeTokens` does
 */
export function demandsOf(input: PromptInput): Demands {
  const free = freeTokens(input);
  const { recent, documents, memory } = fitSections({ ...input, summary: null, documentsSummary: null }, free);
  const left = free - tokensSent(recent);
  const documentsShare = Math.floor(free * DOCUMENTS_SHARE);
  const leftToMemory = left - (documents.fresh.length === 0 ? 0 : Math.min(left, documentsShare));
  const first = documents.fresh.length + 1;
  return {
    documents: demandOf(documentHits, numbered(documentHits, documents.fresh, 1), documentsShare, left),
    memory: demandOf(
      memoryHits,
      numbered(memoryHits, memory.fresh, first),
      Math.floor(free * MEMORY_SHARE),
      leftToMemory,
    ),
  };
}

const demandOf = <H extends object>(
  kind: HitKind<H>,
  hits: Numbered<H>[],
  shareTokens: number,
  left: number,
): Demand<H> => ({
  kind,
  hits,
  wantedTokens: excerptsTokens(kind, hits),
  shareTokens,
  summaryTokens: Math.max(0, Math.min(shareTokens, left) - headerTokens(kind.section, true)),
});

/** Whether a model should condense a section: by `auto` only what far exceeds its share. */
export function wantsCondensing(mode: 'auto' | 'always' | 'never', wantedTokens: number, shareTokens: number): boolean {
  if (mode === 'never' || wantedTokens === 0) return false;
  return mode === 'always' || wantedTokens > 2 * shareTokens;
}

export const tokensSent = (items: readonly PromptItem[]) =>
  items.reduce((sum, { decision, tokens }) => (decision === 'DROPPED' ? sum : sum + tokens), 0);
