import type {
  ManifestFieldsFragment,
  PromptDecision,
  PromptSectionKind,
  ReplyBasisFragment,
} from '../../../client/generated/graphql.ts';

export type Manifest = ManifestFieldsFragment;
export type Section = Manifest['sections'][number];
export type Item = Section['items'][number];
export type Basis = NonNullable<ReplyBasisFragment['prompt']>;

/** What the reader asked to see of a manifest. */
export type Shown = 'ALL' | 'SENT' | 'CUT';

export const isCut = ({ decision }: { decision: PromptDecision }): boolean => decision !== 'INCLUDED';

export const isShown = (shown: Shown, item: Item): boolean => shown === 'ALL' || (shown === 'CUT') === isCut(item);

export function countsOf({ sections }: Manifest): Record<Shown, number> {
  const items = sections.flatMap((section) => section.items);
  const cut = items.filter(isCut).length;
  return { ALL: items.length, SENT: items.length - cut, CUT: cut };
}

/** How many items of a kind were sent, shortened ones too. */
export const sentOf = ({ sections }: Basis, kind: PromptSectionKind): number =>
  sections.filter((section) => section.kind === kind).flatMap(({ items }) => items.filter(isSent)).length;

const isSent = ({ decision }: { decision: PromptDecision }): boolean => decision !== 'DROPPED';

export const cutOf = ({ sections }: Basis): number => sections.flatMap(({ items }) => items.filter(isCut)).length;

/** The tokens that the longest bar of a section stands for: all are drawn to one scale. */
export const scaleOf = ({ sections }: Manifest): number =>
  Math.max(1, ...sections.map(({ tokens, wantedTokens }) => Math.max(tokens, wantedTokens)));

/** A note for those who check; the others are of what went less than well. */
export const isRecord = (note: string): boolean => note.includes('SHA-256');

export const isForgotten = (item: Item): boolean => item.source === null && item.excerpt === '[deleted]';

/** One row of a section; several neighbours that met the same fate are one until they are unfolded. */
export interface Row {
  items: [Item, ...Item[]];
  /** Of its first item in the section. */
  at: number;
}

/** As many that were left out for the same reason are told one by one. */
const FEW = 4;

/** @param items of one section, in its order */
export function rowsOf(kind: PromptSectionKind, items: readonly Item[]): Row[] {
  const runs: Row[] = [];
  for (const [at, item] of items.entries()) {
    const run = runs.at(-1);
    if (run && isAlike(run.items[0], item)) run.items.push(item);
    else runs.push({ items: [item], at });
  }
  return runs.flatMap((run) => (isFolded(kind, run) ? [run] : singly(run)));
}

const isAlike = (one: Item, other: Item): boolean => one.decision === other.decision && one.reason === other.reason;

const isFolded = (kind: PromptSectionKind, { items }: Row): boolean =>
  kind === 'RECENT_TURNS' ? items.length > 1 : items[0].decision === 'DROPPED' && items.length > FEW;

const singly = ({ items, at }: Row): Row[] => items.map((item, offset) => ({ items: [item], at: at + offset }));

/** As in "messages 8 to 13"; null where they are not messages, or were deleted. */
export function rangeOf(items: readonly Item[]): { first: number; last: number } | null {
  const seqs = items.flatMap(({ source }) => (source?.__typename === 'ChatMessage' ? [source.seq] : []));
  return seqs.length === 0 ? null : { first: Math.min(...seqs), last: Math.max(...seqs) };
}
