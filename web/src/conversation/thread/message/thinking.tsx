import type { MessageType } from '../../../../../client/generated/graphql.ts';
import styles from './message.module.css';
import { useHeldFor } from './use-held-for.ts';

const LONG_MS = 10_000;
const TOO_LONG_MS = 30_000;

/** In place of a reply of which there is nothing yet. */
export function Thinking({ type, isMemoryOn }: { type: MessageType; isMemoryOn: boolean }) {
  const isLong = useHeldFor(true, LONG_MS);
  const isTooLong = useHeldFor(true, TOO_LONG_MS);
  return (
    <p className={styles.thinking}>{isTooLong ? TOO_LONG : isLong ? 'Still working…' : first(type, isMemoryOn)}</p>
  );
}

const TOO_LONG = 'Still working. You can stop it and ask again.';

function first(type: MessageType, isMemoryOn: boolean): string {
  if (type === 'REPORT') return 'Reading what you said…';
  return isMemoryOn ? 'Looking through what you said before…' : 'Thinking about it…';
}
