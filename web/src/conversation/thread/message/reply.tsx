import { useCallback, useRef, useState } from 'react';
import type { MessageFieldsFragment } from '../../../../../client/generated/graphql.ts';
import { Citation } from '../../../why/citation.tsx';
import { isRunning } from '../turns.ts';
import { Markdown } from './markdown.tsx';
import styles from './message.module.css';
import { Thinking } from './thinking.tsx';
import { useAnnouncedReply } from './use-announced-reply.ts';
import { useFollowedReply } from './use-followed-reply.ts';
import { useHeldFor } from './use-held-for.ts';

/** A break that heals sooner is not worth a word. */
const BREAK_MS = 2_000;

interface ReplyProps {
  message: MessageFieldsFragment;
  isMemoryOn: boolean;
}

/** What the coach wrote, or is writing. */
export function Reply({ message, isMemoryOn }: ReplyProps) {
  // A reply that was followed stays what it is when it has ended: its text is not put in place anew.
  const [wasRunning, setWasRunning] = useState(() => isRunning(message));
  if (!wasRunning && isRunning(message)) setWasRunning(true);
  return wasRunning ? (
    <LiveReply message={message} isMemoryOn={isMemoryOn} />
  ) : (
    <Body message={message} text={message.content} />
  );
}

function LiveReply({ message, isMemoryOn }: ReplyProps) {
  const element = useRef<HTMLDivElement>(null);
  const { text, phase } = useFollowedReply(message);
  useAnnouncedReply(element, message, text);
  const isLost = useHeldFor(phase === 'reconnecting', BREAK_MS);
  const isBeingWritten = isRunning(message) && phase !== 'ended';
  return (
    <div ref={element} aria-busy={isBeingWritten}>
      {text !== '' && <Body message={message} text={text} isLive />}
      {isBeingWritten && text === '' && <Thinking type={message.type} isMemoryOn={isMemoryOn} />}
      {isBeingWritten && isLost && <p className={styles.aside}>Reconnecting…</p>}
    </div>
  );
}

function Body({ message, text, isLive = false }: { message: MessageFieldsFragment; text: string; isLive?: boolean }) {
  const { id } = message;
  const cite = useCallback((marker: number) => <Citation messageId={id} marker={marker} />, [id]);
  return (
    <div className={isLive ? `${styles.body} ${styles.live}` : styles.body} data-body>
      <Markdown text={text} cite={cite} />
    </div>
  );
}
