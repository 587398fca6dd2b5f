import type { Scope } from './scope-cache.ts';

/**
 * Where a chunk stands among the chunks of all scopes, one scope after another; undefined for one that came after the
 * scopes were read, or is left out of them.
 */
export function placesIn(scopes: readonly Scope[]): (scopeId: number, chunkId: number) => number | undefined {
  let first = 0;
  const begins = new Map<number, { scope: Scope; first: number }>();
  for (const scope of scopes) {
    begins.set(scope.id, { scope, first });
    first += scope.chunks.length;
  }
  return (scopeId, chunkId) => {
    const begin = begins.get(scopeId);
    const index = begin?.scope.indexOf.get(chunkId);
    if (!begin || index === undefined || begin.scope.chunks[index]?.id !== chunkId) return undefined;
    return begin.first + index;
  };
}
