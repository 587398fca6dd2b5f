import { type RefObject, useEffect, useRef } from 'react';
import type { MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import { useAnnouncer } from '../../../parts/announcer.tsx';
import { preferences } from '../../../settings/preferences.ts';
import { isRunning } from '../turns.ts';
import { spokenPart } from './spoken-part.ts';

/**
 * Says that a reply is being written, and what it came to: as it is shown, never the source of its Markdown. Those who prefer
 * it hear each paragraph when it is finished.
 *
 * @param element what shows the reply
 * @param text as far as it is shown; without it, nothing is said before the end
 */
export function useAnnouncedReply(
  element: RefObject<HTMLElement | null>,
  message: MessageFieldsFragment,
  text = '',
): void {
  const { announce, alarm } = useAnnouncer();
  const { type, status } = message;
  const isBeingWritten = isRunning(message);
  const wasBeingWritten = useRef(false);
  const spoken = useRef(0);

  // biome-ignore lint/correctness/useExhaustiveDependencies: with the text, what shows it has changed
  useEffect(() => {
    if (!isBeingWritten || !preferences().announceParagraphs) return;
    // The last is still being written.
    const finished = paragraphsIn(element.current).slice(0, -1);
    if (finished.length > spoken.current) announce(finished.slice(spoken.current).join('\n'));
    spoken.current = Math.max(spoken.current, finished.length);
  }, [announce, element, isBeingWritten, text]);

  useEffect(() => {
    const name = type === 'REPORT' ? 'The report' : 'The reply';
    if (isBeingWritten) announce(type === 'REPORT' ? 'The report is being written.' : 'Coach is replying.');
    else if (!wasBeingWritten.current) return;
    else if (status === 'FAILED') alarm(`${name} was cut off.`);
    else if (status === 'CANCELLED') announce(`${name} was stopped.`);
    else announce(`${name} is finished. ${spokenPart(paragraphsIn(element.current).slice(spoken.current).join('\n'))}`);
    wasBeingWritten.current = isBeingWritten;
  }, [announce, alarm, element, type, status, isBeingWritten]);
}

const paragraphsIn = (element: HTMLElement | null): string[] =>
  [...(element?.querySelectorAll<HTMLElement>('[data-body] > *') ?? [])].map(({ innerText }) => innerText);
