import type { Edge, ReadField } from './held-pages.ts';

/** With its place, where that could be read when it came. It never changes, and to read it each time takes most of the time. */
export interface Placed extends Edge {
  seq?: number | undefined;
}

export function seqOf({ node, seq }: Placed, readField: ReadField): number {
  const place = seq ?? readField<number>('seq', node);
  if (place === undefined) throw new Error('The cache orders messages: ask for their id and seq.');
  return place;
}

const sorted = new WeakMap<readonly Placed[], readonly Placed[]>();

/** By `seq`. Of the same edges the same array. */
export function inOrder(edges: readonly Placed[], readField: ReadField): readonly Placed[] {
  const known = sorted.get(edges);
  if (known) return known;
  const ordered = edges.toSorted((one, other) => seqOf(one, readField) - seqOf(other, readField));
  // A place that could not be read when the message came is no more than that of today.
  if (edges.every(({ seq }) => seq !== undefined)) sorted.set(edges, ordered);
  return ordered;
}

/**
 * What hangs together, without a hole, with the message of that `seq`. Of the same edges the same array: what is the same need
 * not be read again by whoever reads it.
 */
export function runAround(seq: number | undefined, edges: readonly Placed[], readField: ReadField): readonly Placed[] {
  const at = seq === undefined ? -1 : placeIn(edges, seq, readField);
  if (at < 0) return [];
  const known = runs.get(edges) ?? [];
  const run = known.find(({ from, to }) => from <= at && at <= to) ?? runAt(at, edges, readField);
  if (!known.includes(run)) runs.set(edges, [...known, run]);
  return run.edges;
}

interface Run {
  from: number;
  to: number;
  edges: readonly Placed[];
}

const runs = new WeakMap<readonly Placed[], Run[]>();

function runAt(at: number, edges: readonly Placed[], readField: ReadField): Run {
  const seqs = edges.map((edge) => seqOf(edge, readField));
  let [from, to] = [at, at];
  while (seqs[from - 1] === (seqs[from] ?? 0) - 1) from -= 1;
  while (seqs[to + 1] === (seqs[to] ?? 0) + 1) to += 1;
  const isAll = from === 0 && to === edges.length - 1;
  return { from, to, edges: isAll ? edges : edges.slice(from, to + 1) };
}

/** Where the message of that `seq` is among edges that are in order; -1 where it is not. */
function placeIn(edges: readonly Placed[], seq: number, readField: ReadField): number {
  const newest = edges.at(-1);
  if (newest && seqOf(newest, readField) === seq) return edges.length - 1;
  return edges.findIndex((edge) => seqOf(edge, readField) === seq);
}
