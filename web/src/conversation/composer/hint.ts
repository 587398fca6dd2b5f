import { inDigits } from '../../parts/words.ts';

/** Of the server. */
const MOST = 32_000;
const NEAR = 30_000;

interface Situation {
  length: number;
  isRunning: boolean;
  isQueued: boolean;
  isTouch: boolean;
}

/** What to know before the next key. */
export function hintFor({ length, isRunning, isQueued, isTouch }: Situation): string {
  if (length > MOST) return `${inDigits(length - MOST)} characters too long`;
  if (length > NEAR) return `${inDigits(MOST - length)} characters left`;
  // A phone has no room for more, and no keys.
  if (isTouch) return '';
  if (isQueued) return 'One message waits already; this one stays here';
  if (isRunning) return 'You can write on; it is sent when the reply has ended';
  return 'Enter sends, Shift Enter starts a new line';
}
