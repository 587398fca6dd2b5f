const FIRST_MS = 500;
const LONGEST_MS = 15_000;

/**
 * A random wait that grows with each attempt, so that the readers of a server that restarts do not come all at once. Ends
 * at once where `signal` aborts, or where the browser is online again.
 *
 * @param attempt from 0
 */
export function backoff(attempt: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const done = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      globalThis.removeEventListener?.('online', done);
      resolve();
    };
    const timer = setTimeout(done, Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
    signal.addEventListener('abort', done);
    globalThis.addEventListener?.('online', done);
  });
}
