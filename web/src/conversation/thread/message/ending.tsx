import { TriangleAlert } from 'lucide-react';
import { useState } from 'react';
import type { MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import { Button } from '../../../parts/button.tsx';
import { Notice } from '../../../parts/notice.tsx';
import { useActions } from '../use-actions.ts';
import { failureOf } from './failure.ts';
import { isKept, keep } from './kept.ts';
import styles from './message.module.css';

/** How a reply ended, where it did not end well. */
export function Ending({ message, isLast }: { message: MessageFieldsFragment; isLast: boolean }) {
  const { id, status, content, error, type } = message;
  const { retry, editQuestion } = useActions();
  const [isShort, setShort] = useState(() => isKept(id));
  if (status === 'CANCELLED') return <p className={styles.aside}>Stopped</p>;
  if (status !== 'FAILED' || !error) return null;
  const { title, explanation, canRetry } = failureOf(error, content !== '', type);
  if (isShort || !isLast) return <p className={styles.aside}>{title}</p>;

  const leave = () => {
    keep(id);
    setShort(true);
  };
  return (
    <div className={styles.failure}>
      <Notice
        kind="warn"
        icon={TriangleAlert}
        title={title}
        actions={
          <>
            {canRetry && (
              <Button kind="primary" onClick={() => retry(id)}>
                Try again
              </Button>
            )}
            {!canRetry && type === 'CHAT' && (
              <Button onClick={() => editQuestion(message.replyTo?.id ?? '')}>Edit and ask again</Button>
            )}
            {content !== '' && <Button onClick={leave}>Keep as it is</Button>}
          </>
        }
      >
        {explanation}
      </Notice>
    </div>
  );
}
