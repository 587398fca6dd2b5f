import styles from './score.module.css';

/** How near something is to what was asked. @param value from 0 to 1 */
export function Score({ value }: { value: number }) {
  const digits = value.toFixed(2);
  return (
    <span className={styles.score}>
      <span className={styles.bar} aria-hidden="true">
        <i style={{ width: `${Math.round(value * 100)}%` }} />
      </span>
      <span className="sr">Relevance </span>
      {digits}
    </span>
  );
}
