import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react';
import { useAnnouncer } from '../../../parts/announcer.tsx';
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

  // What is to be shown as soon as it is there.
  const awaited = useRef<string | null>(null);
  const [, setAsked] = useState(0);
  useEffect(() => {
    if (!target || !isLoaded) return;
    const { messageId } = target;
    awaited.current = messageId;
    const miss = (why: string) => {
      if (awaited.current === messageId) awaited.current = null;
      latest.current.alarm(why);
    };
    latest.current.showAround(messageId).then(
      (isThere) => (isThere ? setAsked((times) => times + 1) : miss('This message is not there any more.')),
      () => miss('This message could not be loaded.'),
    );
  }, [isLoaded, target]);

  useLayoutEffect(() => {
    const element = scroller.current;
    const message = element && awaited.current !== null && messageIn(element, awaited.current);
    if (!message) return;
    awaited.current = null;
    const room = Math.max(0, element.clientHeight - message.clientHeight);
    element.scrollTop += topIn(element, message) - room / 2;
    message.querySelector('article')?.focus({ preventScroll: true });
    message.dataset.found = '';
    setTimeout(() => delete message.dataset.found, OUTLINED_MS);
  });
}

function targetOf(): { messageId: string } | null {
  const { hash } = location;
  return hash.startsWith('#m-') ? { messageId: decodeURIComponent(hash.slice('#m-'.length)) } : null;
}
