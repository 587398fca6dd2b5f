import type { FieldPolicy, Reference } from '@apollo/client';
import { cursorOf, edgesOf, type Page, type ReadField, shown, union } from './held-pages.ts';
import { inOrder, type Placed, runAround, seqOf } from './message-runs.ts';

interface HeldMessages {
  __typename?: string | undefined;
  /** In any order. There may be messages between two of them that are not held. The same array for as long as it has the same. */
  edges: readonly Placed[];
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
    const readable = allOrSome(held?.edges ?? [], ({ node }) => canRead(node));
    const all = isNewTo(readable, fresh) ? union(readable, fresh) : readable;
    const edges = all.every(({ seq }) => seq) ? all : all.map((edge) => placed(edge, readField));
    return { __typename: page.__typename ?? held?.__typename, edges, known, followed, places };
  },

  read(held, { args, readField, canRead }) {
    if (!held) return undefined;
    const edges = allOrSome(inOrder(held.edges, readField), ({ node }) => canRead(node));
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

/** The array itself where nothing is left out. */
function allOrSome<E>(all: readonly E[], belongs: (each: E) => boolean): readonly E[] {
  return all.every(belongs) ? all : all.filter(belongs);
}

/** Whether there is anything in `fresh` that is not held: a message, or a cursor. */
function isNewTo(held: readonly Placed[], fresh: readonly Placed[]): boolean {
  const byRef = new Map(held.map((edge) => [edge.node.__ref, edge]));
  return fresh.some((edge) => {
    const known = byRef.get(edge.node.__ref);
    return !known || (edge.cursor !== undefined && edge.cursor !== known.cursor);
  });
}

const placed = (edge: Placed, readField: ReadField): Placed =>
  edge.seq ? edge : { ...edge, seq: readField<number>('seq', edge.node) };

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
