import { type RefObject, useEffect, useRef } from 'react';
import type { MessageFieldsFragment } from '../../../../client/generated/graphql.ts';
import { useAnnouncer } from '../../parts/announcer.tsx';
import { spokenPart } from './spoken-part.ts';
import { isRunning } from './turns.ts';

/**
 * Says that a reply is being written, and what it came to: as it is shown, never the source of its Markdown.
 *
 * @param element what shows the reply
 */
export function useAnnouncedReply(element: RefObject<HTMLElement | null>, message: MessageFieldsFragment): void {
  const { announce, alarm } = useAnnouncer();
  const { type, status } = message;
  const isBeingWritten = isRunning(message);
  const wasBeingWritten = useRef(false);

  useEffect(() => {
    const name = type === 'REPORT' ? 'The report' : 'The reply';
    if (isBeingWritten) announce(type === 'REPORT' ? 'The report is being written.' : 'Coach is replying.');
    else if (!wasBeingWritten.current) return;
    else if (status === 'FAILED') alarm(`${name} was cut off.`);
    else if (status === 'CANCELLED') announce(`${name} was stopped.`);
    else announce(`${name} is finished. ${spokenPart(element.current?.innerText ?? '')}`);
    wasBeingWritten.current = isBeingWritten;
  }, [announce, alarm, element, type, status, isBeingWritten]);
}
