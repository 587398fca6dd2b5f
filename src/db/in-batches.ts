import { setTimeout as after } from 'node:timers/promises';

/**
 * Does long work in short transactions, and leaves as much time to others as it takes: what waits for SQLite alone never
 * lets a request in by itself.
 *
 * @param batch says whether there is more to do
 * @throws the signal's reason, between two batches
 */
export async function inBatches(batch: () => Promise<boolean>, signal?: AbortSignal): Promise<void> {
  for (;;) {
    signal?.throwIfAborted();
    const begun = performance.now();
    if (!(await batch())) return;
    await after(performance.now() - begun);
  }
}
