import type { MemoryState } from '../../../../../client/generated/graphql.ts';
import styles from './message.module.css';

const MEANING: Record<MemoryState, string> = {
  INDEXED: 'In long-term memory',
  PENDING: 'Being added to long-term memory',
  NOT_RECORDED: 'Not in long-term memory',
  FAILED: 'Could not be added to long-term memory',
};

/** Where a message stands on the thread: filled is in memory, hollow is on its way, grey was not recorded, ! could not be. */
export function Knot({ memory }: { memory: MemoryState }) {
  return (
    <span className={styles.knot} title={MEANING[memory]}>
      {memory === 'FAILED' && <span aria-hidden="true">!</span>}
      <span className="sr">{MEANING[memory]}</span>
    </span>
  );
}
