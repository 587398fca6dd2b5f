import styles from './citation.module.css';
import { useWhy } from './use-why.ts';

/** [n] in a reply: opens what it was taken from. */
export function Citation({ messageId, marker }: { messageId: string; marker: number }) {
  const { open } = useWhy();
  return (
    <button
      type="button"
      className={styles.citation}
      aria-label={`Source ${marker}`}
      onClick={() => open(messageId, marker)}
    >
      {marker}
    </button>
  );
}
