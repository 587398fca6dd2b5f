import { useEffect } from 'react';

const FIRST_MS = 700;
const MOST_MS = 5000;

/**
 * Looks again, ever less often, at what is not finished: while it is not, and while somebody sees the page.
 *
 * @param look what fails is tried again the next time; another function begins anew
 */
export function useLookAgain(isUnfinished: boolean, look: () => Promise<unknown>): void {
  useEffect(() => {
    if (!isUnfinished) return;
    let isLeft = false;
    let waitMs = FIRST_MS;
    let timer: ReturnType<typeof setTimeout>;
    const again = async () => {
      if (!document.hidden) await look().catch(() => undefined);
      waitMs = Math.min(waitMs * 1.5, MOST_MS);
      if (!isLeft) timer = setTimeout(again, waitMs);
    };
    timer = setTimeout(again, waitMs);
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [isUnfinished, look]);
}
