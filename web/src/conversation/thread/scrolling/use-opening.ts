import { type RefObject, useLayoutEffect, useRef } from 'react';

/** Between the top of what scrolls and what was brought there. */
const MARGIN_PX = 12;

/** Where each session was left in this visit: a message, and how far below the top of what scrolls it began, in CSS pixels. */
const left = new Map<string, { messageId: string; top: number }>();

/** Opens a session where it was left, or with its last turn at the top; remembers where it is left. */
export function useOpening(scroller: RefObject<HTMLElement | null>, sessionId: string | null, isLoaded: boolean): void {
  const isOpen = useRef(false);

  // Before anything is painted.
  useLayoutEffect(() => {
    const element = scroller.current;
    // What begins here, or is jumped to, finds its place by itself.
    if (!element || !isLoaded || sessionId === null || isOpen.current) return;
    isOpen.current = true;
    if (location.hash.startsWith('#m-')) return;
    const place = left.get(sessionId);
    const message = place && messageIn(element, place.messageId);
    if (message && place) element.scrollTop += topIn(element, message) - place.top;
    else lastTurnToTop(element, 'instant');
  }, [scroller, sessionId, isLoaded]);

  useLayoutEffect(() => {
    const element = scroller.current;
    if (!element || sessionId === null) return;
    return () => {
      const message = firstVisible(element);
      if (message) left.set(sessionId, { messageId: idOf(message), top: topIn(element, message) });
    };
  }, [scroller, sessionId]);
}

export const topIn = (scroller: HTMLElement, element: Element): number =>
  element.getBoundingClientRect().top - scroller.getBoundingClientRect().top;

/** Not by `scrollIntoView`, which moves all that is around it as well. */
export function lastTurnToTop(scroller: HTMLElement, behavior: ScrollBehavior): void {
  const turn = scroller.querySelector('[data-last]');
  if (turn) scroller.scrollTo({ top: scroller.scrollTop + topIn(scroller, turn) - MARGIN_PX, behavior });
}

export const messageIn = (scroller: HTMLElement, messageId: string): HTMLElement | null =>
  scroller.querySelector(`[id="m-${CSS.escape(messageId)}"]`);

/** The first message that can be seen, wholly or in part. */
export const firstVisible = (scroller: HTMLElement): Element | undefined =>
  [...scroller.querySelectorAll('[data-message]')].find(
    (message) => message.getBoundingClientRect().bottom > scroller.getBoundingClientRect().top,
  );

const idOf = (message: Element): string => message.id.slice('m-'.length);
