import { isReference, type Reference } from '@apollo/client';

export interface Edge {
  __typename?: string | undefined;
  cursor?: string | undefined;
  node: Reference;
}

export interface PageInfo {
  __typename?: string | undefined;
  startCursor?: string | null | undefined;
  endCursor?: string | null | undefined;
  hasNextPage?: boolean | undefined;
  hasPreviousPage?: boolean | undefined;
}

/** A page as the server sends it, or as the cache shows it; of which a query may have asked for a part. */
export interface Page {
  __typename?: string | undefined;
  nodes?: readonly Reference[] | undefined;
  edges?: readonly Edge[] | undefined;
  pageInfo?: PageInfo | undefined;
  totalCount?: number | undefined;
}

/** Of the object that a policy is asked about, or of another. */
export type ReadField = <T>(name: string, from?: Reference) => T | undefined;

/** One list of the edges that a page has, and of the nodes; with the cursors that are known. */
export function edgesOf({ nodes = [], edges = [], pageInfo }: Page): Edge[] {
  const all = union<Edge>(
    edges.filter((edge) => isReference(edge.node)).map((edge) => ({ ...edge })),
    nodes.filter(isReference).map((node) => ({ node })),
  );
  const [first, last] = [all.at(0), all.at(-1)];
  // They are ours: what the cache was given must not change.
  if (first) first.cursor ??= pageInfo?.startCursor ?? undefined;
  if (last) last.cursor ??= pageInfo?.endCursor ?? undefined;
  return all;
}

/** Each node once, in the order in which they come first. */
export function union<E extends Edge>(earlier: readonly E[], later: readonly E[]): E[] {
  const byRef = new Map<string, E>();
  for (const edge of [...earlier, ...later]) {
    const known = byRef.get(edge.node.__ref);
    byRef.set(edge.node.__ref, known ? { ...known, ...edge, cursor: edge.cursor ?? known.cursor } : edge);
  }
  return [...byRef.values()];
}

const nodesOfEdges = new WeakMap<readonly Edge[], readonly Reference[]>();

/** The same array for the same edges, by which the cache sees that it has read these nodes already. */
function nodesOf(edges: readonly Edge[]): readonly Reference[] {
  const nodes = nodesOfEdges.get(edges) ?? edges.map((edge) => edge.node);
  nodesOfEdges.set(edges, nodes);
  return nodes;
}

/** For queries that ask for `nodes`, and for those that ask for `edges`, which are only made for them. */
export function shown(typename: string | undefined, edges: readonly Edge[], readField: ReadField) {
  const __typename = typename?.replace(/Connection$/, 'Edge');
  return {
    __typename: typename,
    nodes: nodesOf(edges),
    get edges() {
      return edges.map((edge) => ({ __typename, ...edge, cursor: cursorOf(edge, readField) }));
    },
  };
}

/** Messages know their own. */
export const cursorOf = (edge: Edge, readField: ReadField): string | undefined =>
  edge.cursor ?? readField<string>('cursor', edge.node);
