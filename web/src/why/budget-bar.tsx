import type { PromptSectionKind } from '../../../client/generated/graphql.ts';
import styles from './budget-bar.module.css';
import { SECTIONS } from './words-of-why.ts';

interface BudgetBarProps {
  basis: { budgetTokens: number; usedTokens: number; sections: { kind: PromptSectionKind; tokens: number }[] };
  /** Small: without labels, as it stands under a reply. */
  size: 'small' | 'large';
}

/** A label stands in what has room for it. */
const LABELLED = 0.13;

/** The sections as shares of the budget, and what of it was left. What it says is said in words beside it. */
export function BudgetBar({ basis: { budgetTokens, usedTokens, sections }, size }: BudgetBarProps) {
  const free = Math.max(0, budgetTokens - usedTokens);
  return (
    <span className={`${styles.bar} ${styles[size]}`} aria-hidden="true">
      {sections
        .filter(({ tokens }) => tokens > 0)
        .map(({ kind, tokens }) => (
          <i key={kind} className={styles[kind]} style={{ flexGrow: tokens }}>
            {size === 'large' && tokens / budgetTokens > LABELLED && SECTIONS[kind].short}
          </i>
        ))}
      {free > 0 && <i className={styles.free} style={{ flexGrow: free }} />}
    </span>
  );
}
