import { useEffect, useState } from 'react';

/** Whether something has been so, without a break, for that long. */
export function useHeldFor(isSo: boolean, ms: number): boolean {
  const [isHeld, setHeld] = useState(false);
  useEffect(() => {
    if (!isSo) return;
    const timer = setTimeout(() => setHeld(true), ms);
    return () => {
      clearTimeout(timer);
      setHeld(false);
    };
  }, [isSo, ms]);
  return isHeld;
}
