import { useFragment } from '@apollo/client/react';
import { ReplyBasisFragmentDoc } from '../../../client/generated/graphql.ts';
import { BudgetBar } from './budget-bar.tsx';
import { openWhy, useIsExplained } from './use-why.ts';
import styles from './why-strip.module.css';
import { basisWords } from './words-of-why.ts';

interface WhyStripProps {
  messageId: string;
  /** Whether it stands under a report. */
  isReport?: boolean;
}

/** Under a reply: in short, what it was based on. That came with the reply, so that fifty of them ask for nothing. */
export function WhyStrip({ messageId, isReport = false }: WhyStripProps) {
  const { data, dataState } = useFragment({
    fragment: ReplyBasisFragmentDoc,
    from: { __typename: 'ChatMessage', id: messageId },
  });
  const isExplained = useIsExplained(messageId);
  if (dataState !== 'complete') return <div className={styles.place} />;
  // No model was asked for it.
  if (!data.prompt) return null;
  return (
    <div className={styles.place}>
      <button
        type="button"
        id={`why-${messageId}`}
        className={styles.strip}
        aria-expanded={isExplained}
        onClick={() => openWhy(messageId)}
      >
        <BudgetBar basis={data.prompt} size="small" />
        <b>{isReport ? 'What it rests on' : 'Why this answer'}</b>
        <span className={styles.words}>{basisWords(data.prompt, isReport)}</span>
      </button>
    </div>
  );
}
