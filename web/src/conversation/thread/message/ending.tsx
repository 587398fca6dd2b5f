import { TriangleAlert } from 'lucide-react';
import type { MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import { Button } from '../../../parts/button.tsx';
import { Notice } from '../../../parts/notice.tsx';
import { useActions } from '../use-actions.ts';
import { failureOf } from './failure.ts';
import styles from './message.module.css';

interface EndingProps {
  message: MessageFieldsFragment;
  /** Whether there is something to decide: it is the last one, and was not left as it is. */
  isOpen: boolean;
  onLeave: () => void;
}

/** How a reply ended, where it did not end well. */
export function Ending({ message, isOpen, onLeave }: EndingProps) {
  const { id, status, content, error, type } = message;
  const { retry, editQuestion } = useActions();
  if (status === 'CANCELLED') return <p className={styles.aside}>Stopped</p>;
  if (status !== 'FAILED' || !error) return null;
  const { title, explanation, canRetry } = failureOf(error, content !== '', type);
  if (!isOpen) return <p className={styles.aside}>{title}</p>;
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
            {content !== '' && <Button onClick={onLeave}>Keep as it is</Button>}
          </>
        }
      >
        {explanation}
      </Notice>
    </div>
  );
}
