import { useEffect, useEffectEvent, useRef, useState } from 'react';

export const idOfSource = (marker: number): string => `source-${marker}`;

/**
 * Brings the source that was asked for into view. Where the panel was open already, it also takes the focus; the first time
 * that belongs to the heading.
 *
 * @param reveal called before, so that nothing hides it
 * @returns whether there is such a source
 */
export function useShownSource(marker: number | null, reveal: () => void): boolean {
  const [isFound, setFound] = useState(true);
  const shownBefore = useRef<number | null | undefined>(undefined);
  const onAsked = useEffectEvent(reveal);
  useEffect(() => {
    const isFirst = shownBefore.current === undefined || shownBefore.current === marker;
    shownBefore.current = marker;
    if (marker === null) return setFound(true);
    onAsked();
    // Once it is shown: what hid it is rendered anew.
    const frame = requestAnimationFrame(() => {
      const source = document.getElementById(idOfSource(marker));
      setFound(source !== null);
      source?.scrollIntoView({ block: 'center' });
      if (!isFirst) source?.focus({ preventScroll: true });
    });
    return () => cancelAnimationFrame(frame);
  }, [marker]);
  return isFound;
}
