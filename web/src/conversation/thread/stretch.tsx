import { memo } from 'react';
import styles from './thread.module.css';
import { TurnOfThread } from './turn.tsx';
import { isSameTurn, type Stretch, type Turn } from './turns.ts';

interface StretchProps {
  stretch: Stretch;
  /** The turn before it. */
  before: Turn | undefined;
  isLast: boolean;
  isMemoryOn: boolean;
  lastReplyId: string | undefined;
}

/**
 * Some turns that are laid out when the reader is near them. By the stretch and not by the turn, since a browser looks at each
 * such part of a page in every frame, also while a reply grows far below it.
 */
export const StretchOfThread = memo(
  ({ stretch: { turns }, before, isLast, isMemoryOn, lastReplyId }: StretchProps) => (
    <div className={styles.stretch}>
      {turns.map((turn, at) => (
        <TurnOfThread
          key={turn.key}
          turn={turn}
          before={turns[at - 1] ?? before}
          isLast={isLast && at === turns.length - 1}
          isMemoryOn={isMemoryOn}
          lastReplyId={lastReplyId}
        />
      ))}
    </div>
  ),
  (one, other) =>
    one.isLast === other.isLast &&
    // The last reply is in the last stretch, or was until now.
    (!one.isLast || one.lastReplyId === other.lastReplyId) &&
    one.isMemoryOn === other.isMemoryOn &&
    isSame(one.before, other.before) &&
    one.stretch.turns.length === other.stretch.turns.length &&
    one.stretch.turns.every((turn, at) => isSame(turn, other.stretch.turns[at])),
);

const isSame = (one: Turn | undefined, other: Turn | undefined): boolean =>
  one === other || (one !== undefined && other !== undefined && isSameTurn(one, other));
