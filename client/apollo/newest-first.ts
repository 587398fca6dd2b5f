import type { FieldPolicy } from '@apollo/client';
import { cursorOf, type Edge, edgesOf, type Page, type PageInfo, type ReadField, shown, union } from './held-pages.ts';

interface HeldList {
  __typename?: string | undefined;
  /** The cursor that it begins after; null where it begins with the newest. */
  start: string | null;
  edges: Edge[];
  pageInfo?: PageInfo | undefined;
  totalCount?: number | undefined;
}

/**
 * A list that the server gives newest first. A page that continues what is held is added to it; a first page takes the place
 * of all, since what followed may have moved; any other page is left out, or there would be a hole before it. The order shown
 * is that of `by`, so that what changes moves at once, and what was evicted is not shown.
 *
 * @param by a field with an instant
 * @param belongs whether a node, given what the query filtered by, is still of this list
 */
export function newestFirst(
  by: string,
  keyArgs: FieldPolicy['keyArgs'],
  belongs: (edge: Edge, args: Record<string, unknown> | null, readField: ReadField) => boolean = () => true,
): FieldPolicy<HeldList, Page> {
  return {
    keyArgs,

    merge(held, page, { args, readField }) {
      const edges = edgesOf(page);
      const { pageInfo, totalCount, __typename } = page;
      const start = typeof args?.after === 'string' ? args.after : null;
      if (start === null || !held) return { __typename, start, edges, pageInfo, totalCount };
      const last = held.edges.at(-1);
      const end = held.pageInfo?.endCursor ?? (last && cursorOf(last, readField));
      if (end !== start) return held;
      return { ...held, edges: union(held.edges, edges), pageInfo, totalCount: totalCount ?? held.totalCount };
    },

    read(held, { args, readField, canRead }) {
      if (!held || (held.start !== null && held.start !== args?.after)) return undefined;
      const edges = held.edges.filter((edge) => canRead(edge.node) && belongs(edge, args, readField));
      edges.sort((one, other) => compare(other, one, by, readField));
      const { pageInfo, totalCount } = held;
      return Object.assign(shown(held.__typename, edges, readField), { pageInfo, totalCount });
    },
  };
}

/** As the server breaks ties: by id. */
function compare(one: Edge, other: Edge, by: string, readField: ReadField): number {
  const keyOf = ({ node }: Edge) => [readField<string>(by, node) ?? '', readField<string>('id', node) ?? ''];
  const [[instant = '', id = ''], [otherInstant = '', otherId = '']] = [keyOf(one), keyOf(other)];
  if (instant === otherInstant) return id < otherId ? -1 : Number(id > otherId);
  return instant < otherInstant ? -1 : 1;
}
