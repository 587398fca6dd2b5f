import type { FieldPolicy } from '@apollo/client';
import { cursorOf, type Edge, edgesOf, type Page, type ReadField, shown, union } from './held-pages.ts';

/** With its place in the session, which never changes: to read it of each message again would take most of the time. */
interface Placed extends Edge {
  seq: number;
}

interface HeldMessages {
  __typename?: string | undefined;
  /** By `seq`. There may be messages between two of them that are not held. */
  edges: Placed[];
  /** The session has at least so many messages. */
  known: number;
  /** Behind which `seq` the cursors stand that were asked for. */
  places: Record<string, number>;
}

type Arguments = Record<string, unknown> | null;

/**
 * The messages of a session: one list by `seq`, in which pages of both directions and messages that arrive alone meet. Shown
 * is all that hangs together with the page that was asked for: nothing twice, and never a hole. What is missing at an end,
 * `hasPreviousPage` and `hasNextPage` say, the latter also by the session's `messageCount`.
 */
export const messagePages: FieldPolicy<HeldMessages, Page> = {
  keyArgs: false,

  merge(held, page, { args, readField, canRead }) {
    const fresh = edgesOf(page).map((edge) => ({ ...edge, seq: seqOf(edge, readField) }));
    const seqs = fresh.map(({ seq }) => seq);
    const last = Math.max(0, ...seqs);
    const known = Math.max(held?.known ?? 0, page.totalCount ?? 0, page.pageInfo?.hasNextPage ? last + 1 : last);
    const places = { ...held?.places };
    // An empty page stands at the end it was asked for.
    if (typeof args?.after === 'string') places[args.after] = Math.min(...seqs, known + 1) - 1;
    if (typeof args?.before === 'string') places[args.before] = last + 1;
    const edges = union(held?.edges.filter((edge) => canRead(edge.node)) ?? [], fresh);
    edges.sort((one, other) => one.seq - other.seq);
    return { __typename: page.__typename ?? held?.__typename, edges, known, places };
  },

  read(held, { args, readField, canRead }) {
    if (!held) return undefined;
    const edges = held.edges.filter((edge) => canRead(edge.node));
    const known = Math.max(held.known, readField<number>('messageCount') ?? 0);
    const run = runAround(anchorOf(args, { ...held, edges, known }, readField), edges);
    const [first, last] = [run.at(0), run.at(-1)];
    if (!first || !last) return known > 0 ? undefined : Object.assign(shown(held.__typename, [], readField), nothing);
    return Object.assign(shown(held.__typename, run, readField), {
      totalCount: known,
      pageInfo: {
        ...{ __typename: 'PageInfo', hasPreviousPage: first.seq > 1, hasNextPage: last.seq < known },
        ...{ startCursor: cursorOf(first, readField), endCursor: cursorOf(last, readField) },
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

function seqOf({ node }: Edge, readField: ReadField): number {
  const seq = readField<number>('seq', node);
  if (seq === undefined) throw new Error('The cache orders messages: ask for their id and seq.');
  return seq;
}

/** The `seq` of a message that has to be among those that are shown; undefined where it is not known. */
function anchorOf(args: Arguments, { edges, known, places }: HeldMessages, readField: ReadField): number | undefined {
  const placeOf = (cursor: unknown): number | undefined =>
    typeof cursor === 'string'
      ? (places[cursor] ?? edges.find((edge) => cursorOf(edge, readField) === cursor)?.seq)
      : undefined;
  const [after, before] = [placeOf(args?.after), placeOf(args?.before)];
  if (args?.after) return after === undefined ? undefined : Math.min(after + 1, known);
  if (args?.before) return before === undefined ? undefined : Math.max(before - 1, 1);
  return args?.first ? 1 : edges.at(-1)?.seq;
}

/** What hangs together, without a hole, with the message of that `seq`. */
function runAround(seq: number | undefined, edges: readonly Placed[]): readonly Placed[] {
  const at = edges.findIndex((edge) => edge.seq === seq);
  if (at < 0) return [];
  const seqAt = (index: number) => edges[index]?.seq ?? Number.NaN;
  let [first, last] = [at, at];
  while (seqAt(first - 1) === seqAt(first) - 1) first -= 1;
  while (seqAt(last + 1) === seqAt(last) + 1) last += 1;
  return edges.slice(first, last + 1);
}
