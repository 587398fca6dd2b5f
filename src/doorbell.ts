/** Tells other processes. */
type Spread = (id: string) => void;

/**
 * Wakes those who wait for news of something, by its id. It carries no news: who is woken reads the rows. A ring that
 * nobody waits for is lost, so waiters take hold of `next` before they read.
 */
export class Doorbell {
  readonly #waiting = new Map<string, Set<() => void>>();
  readonly #spread: Spread;
  /** Whether the rings of other processes are heard; where they are not, who waits looks more often. */
  isHeard = true;

  constructor(spread: Spread = () => undefined) {
    this.#spread = spread;
  }

  /** In every process. */
  ring(id: string): void {
    this.ringHere(id);
    this.#spread(id);
  }

  ringHere(id: string): void {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    for (const wake of waiting ?? []) wake();
  }

  /** Rings may have been lost: everybody here looks. */
  ringAllHere(): void {
    for (const id of [...this.#waiting.keys()]) this.ringHere(id);
  }

  /** Settles at the next ring, after `maxWaitMs` at the latest, or as soon as `left` aborts; never rejects. */
  next(id: string, left: AbortSignal, maxWaitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const waiting = this.#waiting.get(id) ?? new Set();
      this.#waiting.set(id, waiting);
      const wake = () => {
        clearTimeout(timer);
        left.removeEventListener('abort', wake);
        waiting.delete(wake);
        if (waiting.size === 0 && this.#waiting.get(id) === waiting) this.#waiting.delete(id);
        resolve();
      };
      const timer = setTimeout(wake, maxWaitMs);
      left.addEventListener('abort', wake, { once: true });
      waiting.add(wake);
      if (left.aborted) wake();
    });
  }

  /** How many wait, for all ids. */
  get waiting(): number {
    return [...this.#waiting.values()].reduce((sum, waiting) => sum + waiting.size, 0);
  }
}
