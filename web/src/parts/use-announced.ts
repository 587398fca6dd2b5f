import { useEffect } from 'react';
import { useAnnouncer } from './announcer.tsx';

/** Reads out what has become of something, once it is known and each time that it changes. @param text null: nothing yet */
export function useAnnounced(text: string | null): void {
  const { announce } = useAnnouncer();
  useEffect(() => {
    if (text !== null) announce(text);
  }, [text, announce]);
}
