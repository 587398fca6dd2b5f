import type { PromptDecision } from '../../../client/generated/graphql.ts';
import styles from './mark.module.css';
import { DECISIONS } from './words-of-why.ts';

/** Full, half or empty, with its word: whether it was sent. */
export function Mark({ decision }: { decision: PromptDecision }) {
  return (
    <span className={styles.decision}>
      <svg viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">
        <circle cx="6" cy="6" r="4.75" />
        {decision === 'INCLUDED' && <circle className={styles.filled} cx="6" cy="6" r="4.75" />}
        {decision === 'TRUNCATED' && <path className={styles.filled} d="M6 1.25a4.75 4.75 0 0 0 0 9.5z" />}
      </svg>
      {DECISIONS[decision]}
    </span>
  );
}
