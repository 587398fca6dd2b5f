import { BrainCircuit, Copy, RotateCcw } from 'lucide-react';
import type { MemoryState, MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import { useActions } from '../use-actions.ts';
import styles from './message.module.css';

interface MessageActionsProps {
  message: MessageFieldsFragment;
  memory: MemoryState;
  canRetry: boolean;
}

/** What can be done with a message; quiet until it is pointed at or focused. */
export function MessageActions({ message: { id, content }, memory, canRetry }: MessageActionsProps) {
  const { copy, retry, forget } = useActions();
  return (
    <div className={styles.actions}>
      {content !== '' && (
        <button type="button" onClick={() => copy(id)}>
          <Copy size={14} aria-hidden="true" />
          <span>Copy</span>
        </button>
      )}
      {canRetry && (
        <button type="button" onClick={() => retry(id)}>
          <RotateCcw size={14} aria-hidden="true" />
          <span>Retry</span>
        </button>
      )}
      {memory !== 'NOT_RECORDED' && (
        <button type="button" onClick={() => forget(id)}>
          <BrainCircuit size={14} aria-hidden="true" />
          <span>Forget</span>
        </button>
      )}
    </div>
  );
}
