import { type RefObject, useEffect, useState } from 'react';
import { flushSync } from 'react-dom';

interface Printing {
  isPrinting: boolean;
  print(): void;
}

/**
 * Printing of a report, by its button or by the browser's own command, which takes the report that is on the screen.
 *
 * @param within part of what shows the report
 */
export function usePrinting(within: RefObject<HTMLElement | null>): Printing {
  const [isPrinting, setPrinting] = useState(false);
  useEffect(() => {
    const begin = () => {
      if (document.querySelector('[data-print-sheet]') || !isOnScreen(within.current?.closest('article'))) return;
      // It has to be there when this returns.
      flushSync(() => setPrinting(true));
    };
    const end = () => setPrinting(false);
    addEventListener('beforeprint', begin);
    addEventListener('afterprint', end);
    return () => {
      removeEventListener('beforeprint', begin);
      removeEventListener('afterprint', end);
    };
  }, [within]);
  return {
    isPrinting,
    print() {
      flushSync(() => setPrinting(true));
      window.print();
    },
  };
}

function isOnScreen(element: Element | null | undefined): boolean {
  if (!element) return false;
  const { top, bottom } = element.getBoundingClientRect();
  return bottom > 0 && top < innerHeight;
}
