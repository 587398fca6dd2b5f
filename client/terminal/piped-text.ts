import { cleanText } from './clean-text.ts';

/**
 * What is printed cannot be taken back, and a server that crashes may have kept less than it told: text waits so long until
 * it is sure to be stored, which takes a tenth of that.
 */
const SURE_AFTER_MS = 1_000;

export interface PipedText {
  show(text: string, isWhole: boolean): void;
  /** Prints nothing more. @returns whether what was printed is the beginning of the last text */
  end(): boolean;
}

/** A growing text, printed without anything else. */
export function pipedText(write: (piece: string) => void): PipedText {
  let printed = '';
  let text = '';
  const timers = new Set<NodeJS.Timeout>();

  function printUpTo(length: number): void {
    const sure = cleanText(text.slice(0, length));
    if (!sure.startsWith(printed) || sure.length === printed.length) return;
    write(sure.slice(printed.length));
    printed = sure;
  }

  return {
    show(next, isWhole) {
      text = next;
      if (isWhole) {
        printUpTo(text.length);
        return;
      }
      const { length } = text;
      const timer = setTimeout(() => {
        timers.delete(timer);
        printUpTo(Math.min(length, text.length));
      }, SURE_AFTER_MS);
      timers.add(timer);
    },
    end() {
      for (const timer of timers) clearTimeout(timer);
      if (printed !== '' && !printed.endsWith('\n')) write('\n');
      return cleanText(text).startsWith(printed);
    },
  };
}
