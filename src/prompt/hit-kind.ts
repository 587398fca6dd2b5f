import type { PromptItem } from './prompt.ts';
import type { HitSection } from './section-header.ts';

/** A hit, and what its line takes. */
export interface Candidate<H> {
  hit: H;
  tokens: number;
}

/** A candidate with the n of its [n]. */
export interface Numbered<H> extends Candidate<H> {
  marker: number;
}

/** What a model made of a section's hits with the question in mind. */
export interface Condensed<H> {
  /** One line for each hit that matters, beginning with its [n]. */
  text: string;
  /** `countTokens` of `text`. */
  tokens: number;
  /** What it was made from, as it was numbered for it. */
  sources: readonly Numbered<H>[];
}

/** What is peculiar to the hits of one section. */
export interface HitKind<H extends object> {
  section: HitSection;
  /** Tells a hit from every other, of whatever prompt. */
  keyOf(hit: H): string;
  labelOf(marker: number, hit: H): string;
  /** What its line takes, as a bound. */
  lineTokens(hit: H): number;
  /** In the order sent, so that what is read from top to bottom makes sense. Given best first. */
  inOrder(candidates: readonly Candidate<H>[]): Candidate<H>[];
  /** Those for which a share of the room is kept, because the better ones would else take all of it. */
  reserve: { share: number; isFor(hit: H): boolean } | null;
  /** As sent without a marker. */
  itemOf(candidate: Candidate<H>): PromptItem;
}
