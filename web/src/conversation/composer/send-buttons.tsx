import { ArrowUp, Square } from 'lucide-react';
import { type MouseEvent, useEffect, useRef } from 'react';
import styles from './composer.module.css';

/** So long, a press is taken for one that was meant for what the button was a moment ago. */
const SWAP_MS = 400;

interface SendButtonsProps {
  isRunning: boolean;
  isStopping: boolean;
  canSend: boolean;
  onStop: () => void;
}

/** Send, or Stop in its place while a reply is written; and beside it, then, what sends behind the reply. */
export function SendButtons({ isRunning, isStopping, canSend, onStop }: SendButtonsProps) {
  const sentAt = useRef(Number.NEGATIVE_INFINITY);
  const endedAt = useRef(Number.NEGATIVE_INFINITY);
  useEffect(() => {
    if (!isRunning) return;
    return () => {
      endedAt.current = performance.now();
    };
  }, [isRunning]);

  function press(event: MouseEvent): void {
    const now = performance.now();
    if (isRunning) {
      // The second press of two that were to send.
      if (now - sentAt.current >= SWAP_MS && !isStopping) onStop();
      return;
    }
    // A press that was to stop, and came when there was nothing left to.
    if (now - endedAt.current < SWAP_MS) event.preventDefault();
    else sentAt.current = now;
  }

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
        onClick={press}
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
