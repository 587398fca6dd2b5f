import { countTokens } from '../models/count-tokens.ts';
import { excerptsTokens, type FittedHits, numbered } from './fit-hits.ts';
import type { Candidate, Condensed, HitKind, Numbered } from './hit-kind.ts';
import type { PromptItem, PromptSection } from './prompt.ts';

/** What was sent, in order; then what was not, best first. @param first the least marker that is free */
export function hitsSection<H extends object>(kind: HitKind<H>, fitted: FittedHits<H>, first: number): PromptSection {
  const { candidates, fresh, kept, summary, tokens } = fitted;
  const sent = summary ? namedIn(kind, summary, candidates) : numbered(kind, kept, first);
  const isSent = new Set(sent.map(({ hit }) => hit));
  const isFresh = new Set(fresh);
  const left = candidates.filter(({ hit }) => !isSent.has(hit));
  const reasonOf = (candidate: Candidate<H>) => {
    if (!isFresh.has(candidate)) return 'The recent turns hold it already.';
    return summary ? 'The summary left it out.' : 'There was no room for it.';
  };
  return {
    kind: kind.section,
    tokens,
    wantedTokens: excerptsTokens(kind, fresh),
    summarized: summary !== null,
    items: [
      ...sent.map(({ marker, ...candidate }): PromptItem => ({ ...kind.itemOf(candidate), marker })),
      ...left.map(
        (candidate): PromptItem => ({
          ...kind.itemOf(candidate),
          decision: 'DROPPED',
          reason: reasonOf(candidate),
        }),
      ),
    ],
  };
}

/** The candidates that a line of the summary is about, with what that line takes. */
function namedIn<H extends object>(
  kind: HitKind<H>,
  summary: Condensed<H>,
  candidates: readonly Candidate<H>[],
): Numbered<H>[] {
  return summary.text.split('\n').flatMap((line) => {
    const marker = Number(/^\[(\d+)\]/.exec(line)?.[1]);
    const source = summary.sources.find((each) => each.marker === marker);
    const named = source && candidates.find(({ hit }) => kind.keyOf(hit) === kind.keyOf(source.hit));
    return named ? [{ hit: named.hit, marker, tokens: countTokens(`${line}\n`) }] : [];
  });
}

/** The greatest marker that the section's lines may have. */
export const lastMarker = <H>({ summary, kept }: FittedHits<H>): number =>
  summary ? Math.max(0, ...summary.sources.map(({ marker }) => marker)) : kept.length;
