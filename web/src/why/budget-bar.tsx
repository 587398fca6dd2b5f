import type { PromptSectionKind } from '../../../client/generated/graphql.ts';
import styles from './budget-bar.module.css';
import { SECTIONS } from './words-of-why.ts';

interface BudgetBarProps {
  basis: { budgetTokens: number; usedTokens: number; sections: { kind: PromptSectionKind; tokens: number }[] };
  /** Small: without labels, as it stands under a reply. */
  size: 'small' | 'large';
}

/** Of the panel's bar, and of what a letter and the margins take of it: a label stands in what has room for it. */
const [BAR_PX, LETTER_PX, MARGINS_PX] = [376, 6.8, 16];

/** Of the budget: less is no more than a stroke. */
const VISIBLE = 0.01;

/** The sections as shares of the budget, and what of it was left. What it says is said in words beside it. */
export function BudgetBar({ basis: { budgetTokens, usedTokens, sections }, size }: BudgetBarProps) {
  const free = Math.max(0, budgetTokens - usedTokens);
  return (
    <span className={`${styles.bar} ${styles[size]}`} aria-hidden="true">
      {sections
        .filter(({ tokens }) => tokens > 0)
        .map(({ kind, tokens }) => (
          <i key={kind} className={styles[kind]} style={{ flexGrow: tokens }}>
            {size === 'large' && hasRoom(SECTIONS[kind].short, tokens / budgetTokens) && SECTIONS[kind].short}
          </i>
        ))}
      {free / budgetTokens > VISIBLE && <i className={styles.free} style={{ flexGrow: free }} />}
    </span>
  );
}

const hasRoom = (label: string, share: number): boolean => share * BAR_PX > label.length * LETTER_PX + MARGINS_PX;
