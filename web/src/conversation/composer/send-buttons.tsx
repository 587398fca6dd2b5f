import { ArrowUp, Square } from 'lucide-react';
import { useEffect, useRef } from 'react';
import styles from './composer.module.css';

/** So long, a button that has just become another does nothing: a double press was meant for what it was. */
const SWAP_MS = 400;

interface SendButtonsProps {
  isRunning: boolean;
  isStopping: boolean;
  canSend: boolean;
  onStop: () => void;
}

/** Send, or Stop in its place while a reply is written; and beside it, then, what sends behind the reply. */
export function SendButtons({ isRunning, isStopping, canSend, onStop }: SendButtonsProps) {
  const swappedAt = useRef(Number.NEGATIVE_INFINITY);
  // biome-ignore lint/correctness/useExhaustiveDependencies: the change is what it is about
  useEffect(() => {
    return () => {
      swappedAt.current = performance.now();
    };
  }, [isRunning]);
  const isJustSwapped = () => performance.now() - swappedAt.current < SWAP_MS;
  // One element, so that the focus stays on it whatever it is.
  return (
    <>
      {isRunning && canSend && (
        <button
          type="submit"
          className={styles.behind}
          aria-label="Send when the reply has ended"
          title="Send when the reply has ended"
        >
          <ArrowUp size={18} aria-hidden="true" />
        </button>
      )}
      <button
        type={isRunning ? 'button' : 'submit'}
        className={isRunning ? `${styles.send} ${styles.stop}` : styles.send}
        aria-label={isRunning ? undefined : 'Send'}
        aria-disabled={isRunning ? isStopping : !canSend}
        onClick={(event) => {
          if (isJustSwapped()) event.preventDefault();
          else if (isRunning && !isStopping) onStop();
        }}
      >
        {isRunning ? (
          <>
            <Square size={12} fill="currentColor" aria-hidden="true" />
            {isStopping ? 'Stopping' : 'Stop'}
          </>
        ) : (
          <ArrowUp size={18} aria-hidden="true" />
        )}
      </button>
    </>
  );
}
