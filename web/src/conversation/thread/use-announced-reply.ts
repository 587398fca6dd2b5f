import { type RefObject, useEffect, useRef } from 'react';
import type { MessageFieldsFragment } from '../../../../client/generated/graphql.ts';
import type { Reply } from '../../../../client/index.ts';
import { useAnnouncer } from '../../parts/announcer.tsx';
import { spokenPart } from './spoken-part.ts';

interface Announced {
  element: RefObject<HTMLDivElement | null>;
  onEnd(reply: Reply): void;
}

/** Says that a reply is being written, and what it came to: as it is shown, never the source of its Markdown. */
export function useAnnouncedReply({ type }: MessageFieldsFragment): Announced {
  const { announce, alarm } = useAnnouncer();
  const element = useRef<HTMLDivElement>(null);
  const name = type === 'REPORT' ? 'The report' : 'The reply';

  useEffect(() => {
    announce(type === 'REPORT' ? 'The report is being written.' : 'Coach is replying.');
  }, [announce, type]);

  function onEnd({ message, error }: Reply): void {
    if (error !== undefined || message?.status === 'FAILED') alarm(`${name} was cut off.`);
    else if (message?.status === 'CANCELLED') announce(`${name} was stopped.`);
    // When the last of it is on the page.
    else requestAnimationFrame(() => announce(`${name} is finished. ${spokenPart(element.current?.innerText ?? '')}`));
  }

  return { element, onEnd };
}
