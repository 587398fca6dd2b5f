import { Suspense } from 'react';
import type { ChatSessionQuery } from '../../../../client/generated/graphql.ts';
import { lazily } from '../../parts/lazily.ts';
import { Popover } from '../../parts/popover.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { inDigits } from '../../parts/words.ts';
import styles from './memory-pill.module.css';

const load = () => import('../settings/memory-switches.tsx');
/** What fails here is told where it is opened. */
const loadAhead = () => void load().catch(() => undefined);
const MemorySwitches = lazily(async () => ({ default: (await load()).MemorySwitches }));

type Session = NonNullable<ChatSessionQuery['chatSession']>;

/** How much of the session is in long-term memory; opens what decides about it. */
export function MemoryPill({ session }: { session: Session }) {
  if (!session.isActive) return null;
  const { indexed, pending, failed } = session.memory;
  const of = indexed + pending + failed;
  return (
    <Popover
      label="Memory of this session"
      trigger={(button) => (
        <button
          type="button"
          className={`${styles.pill} ${session.longTermMemory ? styles.on : ''}`}
          aria-haspopup="dialog"
          onPointerEnter={loadAhead}
          onFocus={loadAhead}
          {...button}
        >
          <i aria-hidden="true" />
          <span className={styles.word}>Memory {session.longTermMemory ? 'on' : 'off'}</span>
          {session.longTermMemory && of > 0 && (
            <span className={styles.count}>
              <span aria-hidden="true">
                {inDigits(indexed)}/{inDigits(of)}
              </span>
              <span className="sr">
                {inDigits(indexed)} of {inDigits(of)} messages
              </span>
            </span>
          )}
        </button>
      )}
    >
      {(close) => (
        <div className={styles.inside}>
          <Suspense fallback={<Skeleton lines={4} />}>
            <MemorySwitches session={session} onForget={close} />
          </Suspense>
        </div>
      )}
    </Popover>
  );
}
