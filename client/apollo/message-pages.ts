import type { FieldPolicy, Reference } from '@apollo/client';
import { cursorOf, type Edge, edgesOf, type Page, type ReadField, shown, union } from './held-pages.ts';

/** With its place, where that could be read when it came. It never changes, and to read it each time takes most of the time. */
interface Placed extends Edge {
  seq?: number | undefined;
}

interface HeldMessages {
  __typename?: string | undefined;
  /** In any order. There may be messages between two of them that are not held. */
  edges: Placed[];
  /** The session has at least so many messages. */
  known: number;
  /** Behind which there are more. */
  followed: Reference[];
  /** Behind which `seq` the cursors stand that were asked for. */
  places: Record<string, Place>;
}

/** A `seq`; or so many beyond that of a message, which is not known yet. */
type Place = number | { of: Reference; more: number };

type Arguments = Record<string, unknown> | null;

/**
 * The messages of a session: one list by `seq`, in which pages of both directions and messages that arrive alone meet. Shown
 * is all that hangs together with the page that was asked for: nothing twice, and never a hole. What is missing at an end,
 * `hasPreviousPage` and `hasNextPage` say, the latter also by the session's `messageCount`.
 */
export const messagePages: FieldPolicy<HeldMessages, Page> = {
  keyArgs: false,

  // A session may stand in the answer before its messages, as that of something cited: nothing of them can be read yet.
  merge(held, page, { args, readField, canRead }) {
    const fresh: Placed[] = edgesOf(page);
    const [first, last] = [fresh.at(0)?.node, fresh.at(-1)?.node];
    const known = Math.max(held?.known ?? 0, page.totalCount ?? 0);
    const before = held?.followed ?? [];
    const isNews = last && page.pageInfo?.hasNextPage && !before.some(({ __ref }) => __ref === last.__ref);
    const followed = isNews ? [...before, last] : before;
    const places = { ...held?.places };
    // An empty page stands at the end it was asked for.
    if (typeof args?.after === 'string') places[args.after] = first ? { of: first, more: -1 } : known;
    if (typeof args?.before === 'string') places[args.before] = last ? { of: last, more: 1 } : 1;
    const all = union(held?.edges.filter((edge) => canRead(edge.node)) ?? [], fresh);
    const edges = all.map((edge) => (edge.seq ? edge : { ...edge, seq: readField<number>('seq', edge.node) }));
    return { __typename: page.__typename ?? held?.__typename, edges, known, followed, places };
  },

  read(held, { args, readField, canRead }) {
    if (!held) return undefined;
    const edges = held.edges
      .filter((edge) => canRead(edge.node))
      .toSorted((one, other) => seqOf(one, readField) - seqOf(other, readField));
    const followed = held.followed.filter(canRead).map((node) => seqOf({ node }, readField) + 1);
    const newest = edges.at(-1);
    const known = Math.max(
      ...[held.known, readField<number>('messageCount') ?? 0, ...followed],
      newest ? seqOf(newest, readField) : 0,
    );
    const run = runAround(anchorOf(args, { ...held, edges, known }, readField), edges, readField);
    const [first, last] = [run.at(0), run.at(-1)];
    if (!first || !last) return known > 0 ? undefined : Object.assign(shown(held.__typename, [], readField), nothing);
    return Object.assign(shown(held.__typename, run, readField), {
      totalCount: known,
      pageInfo: {
        __typename: 'PageInfo',
        hasPreviousPage: seqOf(first, readField) > 1,
        hasNextPage: seqOf(last, readField) < known,
        startCursor: cursorOf(first, readField),
        endCursor: cursorOf(last, readField),
      },
    });
  },
};

const nothing = {
  totalCount: 0,
  pageInfo: {
    ...{ __typename: 'PageInfo', hasPreviousPage: false, hasNextPage: false },
    ...{ startCursor: null, endCursor: null },
  },
};

function seqOf({ node, seq }: Placed, readField: ReadField): number {
  const place = seq ?? readField<number>('seq', node);
  if (place === undefined) throw new Error('The cache orders messages: ask for their id and seq.');
  return place;
}

/** The `seq` of a message that has to be among those that are shown; undefined where it is not known. */
function anchorOf(args: Arguments, { edges, known, places }: HeldMessages, readField: ReadField): number | undefined {
  const placeOf = (cursor: unknown): number | undefined => {
    if (typeof cursor !== 'string') return undefined;
    const edge = edges.find((each) => cursorOf(each, readField) === cursor);
    if (edge) return seqOf(edge, readField);
    const place = places[cursor];
    if (typeof place !== 'object') return place;
    const seq = readField<number>('seq', place.of);
    return seq === undefined ? undefined : seq + place.more;
  };
  const [after, before] = [placeOf(args?.after), placeOf(args?.before)];
  if (args?.after) return after === undefined ? undefined : Math.min(after + 1, known);
  if (args?.before) return before === undefined ? undefined : Math.max(before - 1, 1);
  if (args?.first) return 1;
  const newest = edges.at(-1);
  return newest && seqOf(newest, readField);
}

/** What hangs together, without a hole, with the message of that `seq`. */
function runAround(seq: number | undefined, edges: readonly Placed[], readField: ReadField): readonly Placed[] {
  const seqs = edges.map((edge) => seqOf(edge, readField));
  const at = seq === undefined ? -1 : seqs.indexOf(seq);
  if (at < 0) return [];
  let [first, last] = [at, at];
  while (seqs[first - 1] === (seqs[first] ?? 0) - 1) first -= 1;
  while (seqs[last + 1] === (seqs[last] ?? 0) + 1) last += 1;
  return edges.slice(first, last + 1);
}
