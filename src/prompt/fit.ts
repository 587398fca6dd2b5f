import { freeTokens, MEMORY_SHARE, RECENT_TURNS_SHARE } from './budget.ts';
import {
  type Candidate,
  candidatesOf,
  fitMemory,
  headerTokens,
  memoryTokens,
  type NumberedHit,
  numbered,
  standsIn,
} from './fit-memory.ts';
import { fitRecent } from './fit-recent.ts';
import type { PromptItem } from './prompt.ts';
import type { Condensed, PromptInput } from './prompt-input.ts';

export interface Fitted {
  recent: PromptItem[];
  /** Every hit, best first. */
  candidates: Candidate[];
  /** Those that no recent turn sends anyway. */
  fresh: Candidate[];
  /** Those sent as excerpts; none beside a summary. */
  kept: Candidate[];
  /** Null also where the summary that was given does not fit. */
  summary: Condensed | null;
  /** What MEMORY takes. */
  memoryTokens: number;
}

/**
 * Divides `free` between RECENT_TURNS and MEMORY. No document is sent yet: MEMORY, which comes first when a share is not
 * used, has theirs.
 */
export function fitSections(input: PromptInput, free: number): Fitted {
  const candidates = input.memoryEnabled ? candidatesOf(input.hits) : [];
  const atShare = fitTo(input, candidates, { free, recentTokens: Math.floor(free * RECENT_TURNS_SHARE) });
  // Older turns take what MEMORY leaves; hits that stand in those turns then leave MEMORY.
  return fitTo(input, candidates, { free, recentTokens: free - atShare.memoryTokens });
}

function fitTo(input: PromptInput, candidates: Candidate[], limits: { free: number; recentTokens: number }): Fitted {
  const recent = fitRecent(input.recent, { maxTokens: limits.recentTokens, room: limits.free });
  const left = limits.free - tokensSent(recent);
  const fresh = candidates.filter(({ hit }) => !standsIn(recent, hit));
  const summary = input.memoryEnabled ? input.summary : null;
  if (summary) {
    const tokens = headerTokens(true) + summary.tokens;
    if (tokens <= left) return { recent, candidates, fresh, kept: [], summary, memoryTokens: tokens };
  }
  const kept = fitMemory(fresh, left);
  return { recent, candidates, fresh, kept, summary: null, memoryTokens: memoryTokens(kept) };
}

export interface MemoryDemand {
  /** What a summary would be made from, with the markers it must use. */
  hits: NumberedHit[];
  /** What they would take as excerpts. */
  wantedTokens: number;
  /** MEMORY's part of what INSTRUCTIONS and USER_MESSAGE leave, without what other sections leave unused. */
  shareTokens: number;
  /** A summary of at most as many is sure to fit. */
  summaryTokens: number;
}

/**
 * What MEMORY asks for, and may have: to decide on condensing before the prompt is assembled.
 *
 * @throws AppError BUDGET_EXCEEDED, as `freeTokens` does
 */
export function memoryDemand(input: PromptInput): MemoryDemand {
  const free = freeTokens(input);
  const { recent, fresh } = fitSections({ ...input, summary: null }, free);
  const shareTokens = Math.floor(free * MEMORY_SHARE);
  return {
    hits: numbered(fresh),
    wantedTokens: memoryTokens(fresh),
    shareTokens,
    summaryTokens: Math.max(0, Math.min(shareTokens, free - tokensSent(recent)) - headerTokens(true)),
  };
}

/** Whether a model should condense MEMORY: by `auto` only what far exceeds its share. */
export function wantsCondensing(mode: 'auto' | 'always' | 'never', wantedTokens: number, shareTokens: number): boolean {
  if (mode === 'never' || wantedTokens === 0) return false;
  return mode === 'always' || wantedTokens > 2 * shareTokens;
}

export const tokensSent = (items: readonly PromptItem[]) =>
  items.reduce((sum, { decision, tokens }) => (decision === 'DROPPED' ? sum : sum + tokens), 0);
