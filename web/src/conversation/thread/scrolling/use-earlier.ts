import { type RefObject, useCallback, useEffect, useRef, useState } from 'react';

interface Earlier {
  /** Where the button is. */
  button: RefObject<HTMLButtonElement | null>;
  isLoading: boolean;
  hasFailed: boolean;
  load(): void;
}

/** Earlier messages, by a button, and by themselves before the reader reaches it. */
export function useEarlier(scroller: RefObject<HTMLElement | null>, loadEarlier: () => Promise<void>): Earlier {
  const button = useRef<HTMLButtonElement>(null);
  const [state, setState] = useState<'idle' | 'loading' | 'failed'>('idle');
  const latest = useRef(loadEarlier);
  useEffect(() => {
    latest.current = loadEarlier;
  });

  const load = useCallback(() => {
    setState('loading');
    latest
      .current()
      .then(() => setState('idle'))
      .catch(() => setState('failed'));
  }, []);

  useEffect(() => {
    const element = button.current;
    if (!element || state !== 'idle') return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && load(), {
      root: scroller.current,
      rootMargin: '400px 0px 0px',
    });
    observer.observe(element);
    return () => observer.disconnect();
  });

  return { button, isLoading: state === 'loading', hasFailed: state === 'failed', load };
}
