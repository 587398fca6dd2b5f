import { countTokens } from '../models/count-tokens.ts';
import { memoryLineTokens } from './memory-line.ts';
import type { Hit, PromptItem } from './prompt.ts';
import { memoryHeader } from './render-prompt.ts';

/** Of MEMORY, for what the assistant said: the user's own words rank before it and would else take all of the room. */
const ASSISTANT_SHARE = 0.15;

/** A tokenizer may join the header with the end of the instructions. */
const SEAM_TOKENS = 2;

/** A hit, and what its line takes. */
export interface Candidate {
  hit: Hit;
  tokens: number;
}

/** A candidate with the n of its [n]. */
export interface NumberedHit extends Candidate {
  marker: number;
}

/** A hit is fitted several times for one prompt. */
const counted = new WeakMap<Hit, number>();

export const candidatesOf = (hits: readonly Hit[]): Candidate[] =>
  hits.map((hit) => {
    const tokens = counted.get(hit) ?? memoryLineTokens(hit);
    counted.set(hit, tokens);
    return { hit, tokens };
  });

/** Best first, what does not fit skipped. The header is part of `maxTokens`. */
export function fitMemory(candidates: readonly Candidate[], maxTokens: number): Candidate[] {
  const room = maxTokens - headerTokens(false);
  const kept = new Set<Candidate>();
  let used = 0;
  const fill = (from: readonly Candidate[], upTo: number) => {
    for (const candidate of from) {
      if (kept.has(candidate) || used + candidate.tokens > upTo) continue;
      kept.add(candidate);
      used += candidate.tokens;
    }
  };
  const saidByAssistant = candidates.filter(({ hit }) => hit.role === 'ASSISTANT');
  fill(saidByAssistant, Math.floor(room * ASSISTANT_SHARE));
  fill(candidates, room);
  return candidates.filter((candidate) => kept.has(candidate));
}

/** With the header; nothing takes nothing. */
export function memoryTokens(candidates: readonly Candidate[]): number {
  if (candidates.length === 0) return 0;
  return candidates.reduce((sum, { tokens }) => sum + tokens, headerTokens(false));
}

const excerptsHeaderTokens = countTokens(memoryHeader(false)) + SEAM_TOKENS;
const summaryHeaderTokens = countTokens(memoryHeader(true)) + SEAM_TOKENS;

export const headerTokens = (summarized: boolean): number => (summarized ? summaryHeaderTokens : excerptsHeaderTokens);

/** Numbered from 1 in the order said, so that what is read from top to bottom is a story. */
export function numbered(candidates: readonly Candidate[]): NumberedHit[] {
  return candidates
    .toSorted(({ hit: a }, { hit: b }) => a.saidAt.getTime() - b.saidAt.getTime() || inSession(a, b))
    .map((candidate, index) => ({ ...candidate, marker: index + 1 }));
}

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
