import { type FocusEvent, type PointerEvent, useEffect, useEffectEvent, useRef } from 'react';

const SHOW_MS = 150;
/** Long enough to move from the one to the other. */
const HIDE_MS = 200;

interface Hover {
  onPointerEnter(event: PointerEvent): void;
  onPointerLeave(event: PointerEvent): void;
  onFocus(event: FocusEvent): void;
  onBlur(): void;
}

/**
 * For what is shown beside an element while it is pointed at or has the focus by keys; Esc hides it without moving either. Given
 * to what is shown as well, it stays while that is pointed at. A finger does not hover.
 */
export function useHover(show: () => void, hide: () => void): Hover {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const later = (run: () => void, ms: number) => {
    clearTimeout(timer.current);
    timer.current = setTimeout(run, ms);
  };
  const onEscape = useEffectEvent(() => later(hide, 0));
  useEffect(() => {
    const onKey = ({ key }: KeyboardEvent) => key === 'Escape' && onEscape();
    document.addEventListener('keydown', onKey);
    return () => {
      clearTimeout(timer.current);
      document.removeEventListener('keydown', onKey);
    };
  }, []);
  return {
    onPointerEnter: ({ pointerType }) => pointerType !== 'touch' && later(show, SHOW_MS),
    onPointerLeave: ({ pointerType }) => pointerType !== 'touch' && later(hide, HIDE_MS),
    onFocus: ({ target }) => target.matches(':focus-visible') && later(show, 0),
    onBlur: () => later(hide, 0),
  };
}
