import { countTokens } from '../models/count-tokens.ts';
import type { Candidate, Condensed, HitKind, Numbered } from './hit-kind.ts';
import { type HitSection, headerOf } from './section-header.ts';

/** A tokenizer may join a header with a run of signs before it: over a hundred thousand ends that cost -2 to 3. */
const SEAM_TOKENS = 4;

/** The hits of one section on their way into a prompt. */
export interface Found<H> {
  /** Every hit, best first. */
  candidates: Candidate<H>[];
  /** Those that nothing else of the prompt says anyway. */
  fresh: Candidate<H>[];
  summary: Condensed<H> | null;
}

export interface FittedHits<H> extends Found<H> {
  /** Those sent as excerpts, best first; none beside a summary. */
  kept: Candidate<H>[];
  /** Null also where the summary that was given does not fit. */
  summary: Condensed<H> | null;
  /** What the section takes. */
  tokens: number;
}

/** A hit is fitted several times for one prompt. */
const counted = new WeakMap<object, number>();

export const candidatesOf = <H extends object>(kind: HitKind<H>, hits: readonly H[]): Candidate<H>[] =>
  hits.map((hit) => {
    const tokens = counted.get(hit) ?? kind.lineTokens(hit);
    counted.set(hit, tokens);
    return { hit, tokens };
  });

/** The summary where it fits; else the excerpts that do, what does not fit skipped. The header is part of `maxTokens`. */
export function fitHits<H extends object>(kind: HitKind<H>, found: Found<H>, maxTokens: number): FittedHits<H> {
  const { summary } = found;
  if (summary) {
    const tokens = headerTokens(kind.section, true) + summary.tokens;
    if (tokens <= maxTokens) return { ...found, kept: [], summary, tokens };
  }
  const kept = bestThatFit(kind, found.fresh, maxTokens);
  return { ...found, kept, summary: null, tokens: excerptsTokens(kind, kept) };
}

function bestThatFit<H extends object>(kind: HitKind<H>, candidates: readonly Candidate<H>[], maxTokens: number) {
  const room = maxTokens - headerTokens(kind.section, false);
  const kept = new Set<Candidate<H>>();
  let used = 0;
  const fill = (from: readonly Candidate<H>[], upTo: number) => {
    for (const candidate of from) {
      if (kept.has(candidate) || used + candidate.tokens > upTo) continue;
      kept.add(candidate);
      used += candidate.tokens;
    }
  };
  const { reserve } = kind;
  if (reserve) {
    const reserved = candidates.filter(({ hit }) => reserve.isFor(hit));
    fill(reserved, Math.floor(room * reserve.share));
  }
  fill(candidates, room);
  return candidates.filter((candidate) => kept.has(candidate));
}

/** With the header; nothing takes nothing. */
export function excerptsTokens<H extends object>({ section }: HitKind<H>, candidates: readonly Candidate<H>[]): number {
  if (candidates.length === 0) return 0;
  return candidates.reduce((sum, { tokens }) => sum + tokens, headerTokens(section, false));
}

const headersTokens = new Map<string, number>();

export function headerTokens(section: HitSection, summarized: boolean): number {
  const header = headerOf(section, summarized);
  const tokens = headersTokens.get(header) ?? countTokens(header) + SEAM_TOKENS;
  headersTokens.set(header, tokens);
  return tokens;
}

/** In the order sent, numbered from `first`. */
export const numbered = <H extends object>(
  kind: HitKind<H>,
  candidates: readonly Candidate<H>[],
  first: number,
): Numbered<H>[] => kind.inOrder(candidates).map((candidate, index) => ({ ...candidate, marker: first + index }));
