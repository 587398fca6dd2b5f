import { memo, useCallback } from 'react';
import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { useReplyStream } from '../../../client/react/index.ts';
import { timeOf } from '../parts/words.ts';
import { Report } from '../reports/report.tsx';
import { Citation } from '../why/citation.tsx';
import { WhyStrip } from '../why/why-strip.tsx';
import { Knot } from './knot.tsx';
import { Markdown } from './markdown.tsx';
import styles from './message.module.css';

interface MessageProps {
  message: MessageFieldsFragment;
  /** Where it stands. */
  sessionId: string;
  /** Called once a reply that was followed here has ended. */
  onEnd: () => void;
}

/** One entry of the session. Only a reply that is being written follows its stream, so that nothing else renders for a delta. */
export const Message = memo(({ message, sessionId, onEnd }: MessageProps) => {
  const isRunning = message.status === 'PENDING' || message.status === 'STREAMING';
  const isUser = message.role === 'USER';
  const isReport = message.type === 'REPORT';
  return (
    <li className={`${styles.message} ${isUser ? styles.user : styles.coach} ${styles[message.memory]}`}>
      <Knot memory={message.memory} />
      <article aria-labelledby={`heading-${message.id}`}>
        <h2 id={`heading-${message.id}`}>
          {isUser ? 'You' : isReport ? 'Report' : 'Coach'}{' '}
          <time dateTime={message.createdAt}>{timeOf(message.createdAt)}</time>
        </h2>
        {isUser && <p className={styles.body}>{message.content}</p>}
        {isReport && <Report message={message} sessionId={sessionId} onEnd={onEnd} />}
        {!isUser &&
          !isReport &&
          (isRunning ? (
            <Running message={message} sessionId={sessionId} onEnd={onEnd} />
          ) : (
            <Body message={message} text={message.content} />
          ))}
        {!isUser && !isReport && !isRunning && <WhyStrip messageId={message.id} />}
      </article>
    </li>
  );
});

function Running({ message, onEnd }: MessageProps) {
  const { text } = useReplyStream(message, onEnd);
  return (
    <div className={styles.running} aria-busy="true">
      {text ? (
        <Body message={message} text={text} />
      ) : (
        <p className={styles.thinking}>Looking through what you said before…</p>
      )}
    </div>
  );
}

function Body({ message: { id }, text }: { message: MessageFieldsFragment; text: string }) {
  const cite = useCallback((marker: number) => <Citation messageId={id} marker={marker} />, [id]);
  return (
    <div className={styles.body}>
      <Markdown text={text} cite={cite} />
    </div>
  );
}
