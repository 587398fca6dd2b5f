import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

/** Less than this below the fold is not worth a word, in CSS pixels. */
const UNREAD_PX = 120;
/** Keys by which a reader says that they want to read further up. */
const UPWARDS = new Set(['ArrowUp', 'PageUp', 'Home']);

interface Latest {
  /** Whether there is more below than is seen. */
  isBelow: boolean;
  /** Goes to the end, and stays there while it grows, until the reader goes up. */
  follow(): void;
}

/**
 * The way to the end of the thread. Nothing follows by itself; and what ends it is what the reader does, never a distance.
 *
 * @param lastKey of the last turn
 */
export function useLatest(scroller: RefObject<HTMLElement | null>, lastKey: string | undefined): Latest {
  const [isBelow, setBelow] = useState(false);
  const isFollowing = useRef(false);

  const toEnd = useCallback(() => {
    const element = scroller.current;
    const end = element?.querySelector('[data-end]');
    if (!element || !end) return;
    const below = end.getBoundingClientRect().bottom - element.getBoundingClientRect().bottom;
    if (below > 0) element.scrollTop += below;
  }, [scroller]);

  const follow = useCallback(() => {
    isFollowing.current = true;
    toEnd();
  }, [toEnd]);

  // biome-ignore lint/correctness/useExhaustiveDependencies: the end is in another turn then
  useEffect(() => {
    const element = scroller.current;
    const end = element?.querySelector('[data-end]');
    if (!element || !end) return;
    const seen = new IntersectionObserver(
      ([entry]) =>
        entry && setBelow(!entry.isIntersecting && entry.boundingClientRect.top > (entry.rootBounds?.top ?? 0)),
      { root: element, rootMargin: `0px 0px ${UNREAD_PX}px` },
    );
    seen.observe(end);
    const grown = new ResizeObserver(() => isFollowing.current && toEnd());
    if (end.parentElement) grown.observe(end.parentElement);
    return () => {
      seen.disconnect();
      grown.disconnect();
    };
  }, [scroller, toEnd, lastKey]);

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const leave = new AbortController();
    const options = { signal: leave.signal, passive: true };
    const release = () => {
      isFollowing.current = false;
    };
    element.addEventListener('wheel', ({ deltaY }) => deltaY < 0 && release(), options);
    element.addEventListener('touchmove', release, options);
    element.addEventListener('keydown', ({ key }) => UPWARDS.has(key) && release(), options);
    element.addEventListener('keydown', ({ key, target }) => key === 'End' && target === element && follow(), options);
    return () => leave.abort();
  }, [scroller, follow]);

  return { isBelow, follow };
}
