import { createContext, type ReactNode, use, useMemo, useState } from 'react';

interface Announcements {
  /** Read out when the reader pauses. */
  announce(text: string): void;
  /** Read out at once: for failures only. */
  alarm(text: string): void;
}

const AnnouncerContext = createContext<Announcements>({ announce: () => undefined, alarm: () => undefined });

export const useAnnouncer = (): Announcements => use(AnnouncerContext);

/** The one live region of the page. Whatever streams beside it is silent, so that nobody hears a reply token by token. */
export function Announcer({ children }: { children: ReactNode }) {
  const [status, announce] = useState('');
  const [alert, alarm] = useState('');
  const announcements = useMemo(
    () => ({
      announce: (text: string) => announce((last) => differently(text, last)),
      alarm: (text: string) => alarm((last) => differently(text, last)),
    }),
    [],
  );
  return (
    <AnnouncerContext value={announcements}>
      {children}
      <p className="sr" role="status">
        {status}
      </p>
      <p className="sr" role="alert">
        {alert}
      </p>
    </AnnouncerContext>
  );
}

/** What is said twice in a row has to change, or it is not read out again. */
const differently = (text: string, last: string): string => (text !== '' && text === last ? `${text}\u00A0` : text);
