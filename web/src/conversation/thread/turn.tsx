import { memo } from 'react';
import { dayOf } from '../../parts/words.ts';
import { Message } from './message/message.tsx';
import { SupersededReply } from './message/superseded-reply.tsx';
import styles from './thread.module.css';
import { isSameTurn, type Turn } from './turns.ts';

interface TurnProps {
  turn: Turn;
  /** The one before it, whose day need not be said again. */
  before: Turn | undefined;
  isLast: boolean;
  isMemoryOn: boolean;
  lastReplyId: string | undefined;
}

/** A question and what answered it. Only what changed in it renders again. */
export const TurnOfThread = memo(
  ({ turn, before, isLast, isMemoryOn, lastReplyId }: TurnProps) => {
    const day = dayOfTurn(turn);
    return (
      <div className={styles.turn} data-last={isLast || undefined}>
        {(!before || dayOfTurn(before) !== day) && (
          <p className={styles.day}>
            <span>{day}</span>
          </p>
        )}
        <ol>
          {turn.messages.map(({ key, message, outgoing, isSuperseded }) =>
            isSuperseded ? (
              <SupersededReply key={key} message={message} />
            ) : (
              <Message
                key={key}
                message={message}
                outgoing={outgoing}
                isMemoryOn={isMemoryOn}
                isLastReply={message.id === lastReplyId}
              />
            ),
          )}
        </ol>
        {isLast && <span data-end />}
      </div>
    );
  },
  (one, other) =>
    isSameTurn(one.turn, other.turn) &&
    one.isLast === other.isLast &&
    one.isMemoryOn === other.isMemoryOn &&
    isItsLast(one) === isItsLast(other) &&
    (one.before && dayOfTurn(one.before)) === (other.before && dayOfTurn(other.before)),
);

function dayOfTurn({ messages }: Turn): string {
  const [first] = messages;
  return first ? dayOf(first.message.createdAt) : '';
}

const isItsLast = ({ turn, lastReplyId }: TurnProps): boolean =>
  turn.messages.some(({ message }) => message.id === lastReplyId);
