import { inDigits } from '../parts/words.ts';
import styles from './budget.module.css';
import { BudgetBar } from './budget-bar.tsx';
import type { Manifest } from './manifest.ts';
import { SECTIONS } from './words-of-why.ts';

/** How much of what the prompt may use was used, and by what. */
export function Budget({ manifest }: { manifest: Manifest }) {
  const { budgetTokens, usedTokens, replyTokens, contextWindowTokens, sections } = manifest;
  const shares = sections.filter(({ tokens }) => tokens > 0);
  return (
    <div className={styles.budget}>
      <p className={styles.used}>
        <b>{inDigits(usedTokens)}</b> of {inDigits(budgetTokens)} tokens used
      </p>
      <BudgetBar basis={manifest} size="large" />
      <p className={styles.scale} aria-hidden="true">
        <span>0</span>
        <span>{inDigits(budgetTokens)} budget</span>
      </p>
      <p className="sr">{shares.map(({ kind, tokens }) => `${SECTIONS[kind].name} ${inDigits(tokens)}`).join(', ')}.</p>
      <p className={styles.fine}>
        {inDigits(replyTokens)} more are kept free for the reply. The model could hold {inDigits(contextWindowTokens)}.
      </p>
    </div>
  );
}
