import { useRef } from 'react';
import type { Outgoing } from '../sending/outbox.ts';
import { useOutbox } from '../sending/sending.tsx';
import styles from './composer.module.css';

/** The one message that waits for the reply to end. */
export function QueuedMessage({ entry: { key, content } }: { entry: Outgoing }) {
  const outbox = useOutbox();
  const element = useRef<HTMLDivElement>(null);
  // The button that was pressed goes away, and the focus goes where one writes on.
  const focusField = () => element.current?.closest('form')?.querySelector('textarea')?.focus();
  return (
    <div ref={element} className={styles.queued}>
      <div>
        <p className={styles.waits}>Sent when the reply has ended</p>
        <p className={styles.what}>{content}</p>
      </div>
      <button
        type="button"
        onClick={() => {
          focusField();
          outbox.edit(key);
        }}
      >
        Edit
      </button>
      <button
        type="button"
        onClick={() => {
          focusField();
          outbox.remove(key);
        }}
      >
        Remove
      </button>
    </div>
  );
}
