import styles from './memory.module.css';

/** A piece of the thread: what is in memory, then what is on its way. */
export function MemoryBar({ indexed, pending, failed }: { indexed: number; pending: number; failed: number }) {
  const all = indexed + pending + failed;
  if (all === 0) return null;
  return (
    <span className={styles.bar} aria-hidden="true">
      <i style={{ width: `${(indexed / all) * 100}%` }} />
    </span>
  );
}
