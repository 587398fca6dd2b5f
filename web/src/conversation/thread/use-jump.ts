import { type RefObject, useEffect, useRef, useState } from 'react';
import { useAnnouncer } from '../../parts/announcer.tsx';
import { messageIn, topIn } from './use-opening.ts';

const OUTLINED_MS = 2_000;
const EVENTS = ['popstate', 'pushState', 'hashchange'];

/**
 * Goes to the message that the address names, as `placeOf` in why/ makes it: `/s/<session>#m-<message>`. Whoever goes there finds
 * it in the middle of the page, outlined for a moment and focused, however far up it is; the same link can be followed again.
 *
 * @param showAround sees that it is among those that are shown, unless there is no such message
 */
export function useJump(
  scroller: RefObject<HTMLElement | null>,
  isLoaded: boolean,
  showAround: (messageId: string) => Promise<boolean>,
): void {
  const { alarm } = useAnnouncer();
  const [target, setTarget] = useState<{ messageId: string } | null>(targetOf);
  const latest = useRef({ showAround, alarm });
  useEffect(() => {
    latest.current = { showAround, alarm };
  });

  useEffect(() => {
    const look = () => setTarget(targetOf());
    for (const event of EVENTS) addEventListener(event, look);
    return () => {
      for (const event of EVENTS) removeEventListener(event, look);
    };
  }, []);

  useEffect(() => {
    if (!target || !isLoaded) return;
    let isLeft = false;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const { messageId } = target;
    const show = async () => {
      const isThere = await latest.current.showAround(messageId);
      if (!isThere) return latest.current.alarm('This message is not there any more.');
      // Once it is rendered.
      requestAnimationFrame(() => {
        const message = scroller.current && !isLeft && messageIn(scroller.current, messageId);
        if (!message) return;
        const { current: element } = scroller;
        if (element)
          element.scrollTop += topIn(element, message) - Math.max(0, element.clientHeight - message.clientHeight) / 2;
        message.querySelector('article')?.focus({ preventScroll: true });
        message.dataset.found = '';
        timer = setTimeout(() => delete message.dataset.found, OUTLINED_MS);
      });
    };
    show().catch(() => latest.current.alarm('This message could not be loaded.'));
    return () => {
      isLeft = true;
      clearTimeout(timer);
    };
  }, [scroller, isLoaded, target]);
}

function targetOf(): { messageId: string } | null {
  const { hash } = location;
  return hash.startsWith('#m-') ? { messageId: decodeURIComponent(hash.slice('#m-'.length)) } : null;
}
