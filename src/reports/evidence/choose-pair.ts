import { contentStems } from '../../models/offline/content-stems.ts';
import { hasTag } from '../../models/offline/readable.ts';
import type { ReadPassage, WeighedPassage } from './choose-evidence.ts';

/** The best of what was found are on the matter; more would set strangers side by side. */
const NEAREST = 12;
const DAY_MS = 86_400_000;

export type Pair = readonly [earlier: WeighedPassage, later: WeighedPassage];

/**
 * The earliest and the latest on one matter; the latest that tells of something done, missed or changed, where one does.
 *
 * @param found by a search for the matter, best first
 * @param leastShared words that make a passage one on the matter: one in common may be chance, unless it was asked for
 * @returns null where there are none of two days
 */
export function choosePair(
  found: readonly WeighedPassage[],
  weighed: readonly WeighedPassage[],
  matter: string,
  leastShared: number,
): Pair | null {
  const stems = contentStems(matter);
  const subject = new Set(subjectOf(stems, weighed, leastShared));
  const near = found
    .slice(0, NEAREST)
    .filter((passage) => shared(passage, stems) >= leastShared || isOn(passage, subject));
  // What the matter is mostly about, whatever search makes of it: “ran” is on “run”.
  const akin = weighed.filter((passage) => isOn(passage, subject));
  const inOrder = [...new Set([...near, ...akin])]
    .filter(({ text }) => !hasTag(text))
    .toSorted((a, b) => a.saidAt.getTime() - b.saidAt.getTime());
  const [earlier] = inOrder;
  if (!earlier) return null;
  const after = inOrder.filter(({ saidAt }) => saidAt.getTime() - earlier.saidAt.getTime() >= DAY_MS);
  const later = after.findLast(tellsOfChange) ?? after.at(-1);
  return later ? [earlier, later] : null;
}

/** The word of the matter that the viewer wrote most often, if in more passages than `leastShared`. */
function subjectOf(stems: ReadonlySet<string>, weighed: readonly WeighedPassage[], leastShared: number): string[] {
  const counts = [...stems].map((stem) => ({
    stem,
    count: weighed.filter((passage) => passage.stems.has(stem)).length,
  }));
  const [first] = counts.toSorted((a, b) => b.count - a.count);
  return first && first.count > leastShared ? [first.stem] : [];
}

const tellsOfChange = ({ statements }: ReadPassage) =>
  statements.some(({ kind }) => kind === 'REPORT' || kind === 'SETBACK' || kind === 'PLAN_CHANGE');

const shared = ({ stems }: ReadPassage, wanted: ReadonlySet<string>): number =>
  [...wanted].filter((stem) => stems.has(stem)).length;

/** Whether a passage has one of the words. */
export const isOn = ({ stems }: ReadPassage, wanted: ReadonlySet<string>): boolean =>
  [...wanted].some((stem) => stems.has(stem));

/** What the viewer set out to do, the weightiest first: what a change is looked for in, where no focus was given. */
export function mattersOf(passages: readonly ReadPassage[], most: number): string[] {
  const aims = passages
    .flatMap(({ statements }) => statements)
    .filter(({ kind }) => kind === 'GOAL' || kind === 'COMMITMENT')
    .map(({ text, kind, stems }) => ({ text, weight: (kind === 'GOAL' ? 1 : 0) + stems.size / 100 }));
  const ranked = aims.toSorted((a, b) => b.weight - a.weight).map(({ text }) => text);
  return [...new Set(ranked)].slice(0, most);
}
