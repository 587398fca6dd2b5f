import { memo, Suspense, useState } from 'react';
import type { MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import { lazily } from '../../../parts/lazily.ts';
import { Skeleton } from '../../../parts/skeleton.tsx';
import { timeOf } from '../../../parts/words.ts';
import { WhyStrip } from '../../../why/why-strip.tsx';
import { isRunning, type Shown } from '../turns.ts';
import { Ending } from './ending.tsx';
import { isKept, keep } from './kept.ts';
import { Knot } from './knot.tsx';
import styles from './message.module.css';
import { MessageActions } from './message-actions.tsx';
import { Reply } from './reply.tsx';
import { Unsent } from './unsent.tsx';

// It has an end, a basis and actions of its own, and few sessions have one.
const Report = lazily(async () => ({ default: (await import('../../../reports/report.tsx')).Report }));

interface MessageProps {
  message: MessageFieldsFragment;
  outgoing: Shown['outgoing'];
  isMemoryOn: boolean;
  isLastReply: boolean;
}

/** One entry of the session. Only a reply that is being written follows its stream, so that nothing else renders for a delta. */
export const Message = memo(({ message, outgoing, isMemoryOn, isLastReply }: MessageProps) => {
  const { id, role, createdAt, content } = message;
  const [isLeft, setLeft] = useState(() => isKept(id));
  const isUser = role === 'USER';
  const isReport = message.type === 'REPORT';
  const isReply = !isUser && !isReport;
  const isWritten = !isRunning(message) && outgoing === null;
  const memory = isMemoryOn ? message.memory : 'NOT_RECORDED';
  // What to do about it is asked once, and offered among the actions afterwards.
  const isUndecided = isLastReply && message.status === 'FAILED' && !isLeft;
  const leave = () => {
    keep(id);
    setLeft(true);
  };
  const names = [styles.message, isUser ? styles.user : styles.coach, styles[memory]];
  if (!isUser && !isWritten) names.push(styles.writing);
  return (
    <li className={names.join(' ')} id={`m-${id}`} data-message>
      <Knot memory={memory} />
      <article aria-labelledby={`heading-${id}`} tabIndex={-1} data-id={id}>
        <h2 id={`heading-${id}`}>
          {nameOf(message)} <time dateTime={createdAt}>{timeOf(createdAt)}</time>
        </h2>
        {isUser && (
          <p className={styles.body} dir="auto">
            {content}
          </p>
        )}
        {isReport && (
          <Suspense fallback={<Skeleton lines={4} />}>
            <Report message={message} />
          </Suspense>
        )}
        {isReply && <Reply message={message} isMemoryOn={isMemoryOn} />}
        {outgoing === 'UNSENT' && <Unsent messageKey={id} />}
        {isReply && isWritten && (
          <>
            <Ending message={message} isOpen={isUndecided} onLeave={leave} />
            <WhyStrip messageId={id} />
          </>
        )}
        {isWritten && !isReport && (
          <MessageActions
            message={message}
            memory={memory}
            canRetry={isLastReply && !isUndecided && message.error?.retryable !== false}
          />
        )}
      </article>
    </li>
  );
});

function nameOf({ role, type }: MessageFieldsFragment): string {
  if (role === 'USER') return 'You';
  return type === 'REPORT' ? 'Report' : 'Coach';
}
