import { memo, type RefObject, useRef } from 'react';
import type { Messages } from '../use-messages.ts';
import { HoldPlace } from './scrolling/hold-place.tsx';
import { useEarlier } from './scrolling/use-earlier.ts';
import { useRoving } from './scrolling/use-roving.ts';
import { StretchOfThread } from './stretch.tsx';
import styles from './thread.module.css';
import { stretchesOf, type Turn } from './turns.ts';
import { useActions } from './use-actions.ts';

interface ThreadProps extends Pick<Messages, 'hasEarlier' | 'hasLater' | 'loadEarlier' | 'loadLater'> {
  scroller: RefObject<HTMLElement | null>;
  turns: readonly Turn[];
  isMemoryOn: boolean;
  /** Of the reply that can be written again. */
  lastReplyId: string | undefined;
}

/** The messages of a session, by turns. */
export const Thread = memo((props: ThreadProps) => {
  const { scroller, turns, isMemoryOn, lastReplyId, hasEarlier, hasLater, loadEarlier, loadLater } = props;
  const list = useRef<HTMLDivElement>(null);
  const earlier = useEarlier(scroller, loadEarlier);
  const { explain, copy, retry } = useActions();
  const roving = useRoving(list, { explain, copy, retry });
  return (
    <div className={styles.column}>
      {hasEarlier && (
        <button
          ref={earlier.button}
          type="button"
          className={styles.more}
          data-earlier
          aria-disabled={earlier.isLoading}
          onClick={() => !earlier.isLoading && earlier.load()}
        >
          {earlier.isLoading && 'Loading earlier messages…'}
          {earlier.hasFailed && 'Earlier messages could not be loaded. Try again'}
          {!earlier.isLoading && !earlier.hasFailed && 'Show earlier messages'}
        </button>
      )}
      <HoldPlace scroller={scroller} firstKey={turns[0]?.key}>
        <div ref={list} className={hasEarlier ? styles.turns : `${styles.turns} ${styles.whole}`} {...roving}>
          {stretchesOf(turns).map((stretch, at, all) => (
            <StretchOfThread
              key={stretch.key}
              stretch={stretch}
              before={all[at - 1]?.turns.at(-1)}
              isLast={at === all.length - 1}
              isMemoryOn={isMemoryOn}
              lastReplyId={lastReplyId}
            />
          ))}
        </div>
      </HoldPlace>
      {hasLater && (
        <button type="button" className={styles.more} onClick={() => void loadLater()}>
          Show later messages
        </button>
      )}
    </div>
  );
});
