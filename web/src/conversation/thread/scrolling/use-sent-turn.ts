import { type RefObject, useEffect, useLayoutEffect, useRef } from 'react';
import { lastTurnToTop } from './use-opening.ts';

/**
 * Brings a turn that was begun here to the top, once. Below it is room for the reply (the last turn is as high as what
 * scrolls), so that from then on nothing has to move.
 *
 * @param key of the message that was written last, if any is on its way
 */
export function useSentTurn(scroller: RefObject<HTMLElement | null>, key: string | undefined): void {
  const known = useRef(key);
  useLayoutEffect(() => {
    if (key === undefined || key === known.current) return;
    known.current = key;
    const isStill = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (scroller.current) lastTurnToTop(scroller.current, isStill ? 'instant' : 'smooth');
  }, [scroller, key]);
  useEffect(() => {
    known.current ??= key;
  }, [key]);
}
