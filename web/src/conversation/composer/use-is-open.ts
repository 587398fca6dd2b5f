import { useEffect, useState } from 'react';
import type { Refusal } from '../sending/verdict.ts';

/** Whether anything can be sent: not before the time that a limit has named. */
export function useIsOpen(refusal: Refusal | undefined): boolean {
  const opensAt = refusal?.opensAt ?? null;
  const [opened, setOpened] = useState<number | null>(null);
  useEffect(() => {
    if (opensAt === null) return;
    const timer = setTimeout(() => setOpened(opensAt), opensAt - Date.now());
    return () => clearTimeout(timer);
  }, [opensAt]);
  return opensAt === null || opensAt === opened;
}
