import styles from './thread.module.css';

/** The sign of the house: a thread with what is in memory, and what is on its way. */
export function Thread() {
  return (
    <svg className={styles.thread} viewBox="0 0 20 20" width="20" height="20" aria-hidden="true">
      <path d="M6 1v18" />
      <circle cx="6" cy="6" r="3.5" />
      <circle className={styles.hollow} cx="6" cy="14.5" r="2.75" />
    </svg>
  );
}
