import { useState } from 'react';
import type { MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import { timeOf } from '../../../parts/words.ts';
import styles from './message.module.css';
import { Reply } from './reply.tsx';

/** A reply that another took the place of: folded away, and rendered once somebody looks. */
export function SupersededReply({ message }: { message: MessageFieldsFragment }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <li
      className={`${styles.message} ${styles.coach} ${styles.NOT_RECORDED} ${styles.superseded}`}
      id={`m-${message.id}`}
    >
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary>
          Earlier version <time dateTime={message.createdAt}>{timeOf(message.createdAt)}</time>
        </summary>
        {isOpen && (message.content ? <Reply message={message} isMemoryOn={false} /> : <p>Nothing was written.</p>)}
      </details>
    </li>
  );
}
