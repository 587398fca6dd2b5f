import { useServerQuery } from '../../../client/generated/hooks.ts';
import styles from './hello.module.css';
import { ModelTruth } from './model-truth.tsx';
import { placeOf } from './sending/drafts.ts';
import { useDrafts } from './sending/sending.tsx';

const OPENERS = [
  'I keep putting something off',
  'I have a hard conversation coming up',
  'Look back on my week with me',
];

/** Where there is no message yet. */
export function Hello({ sessionId }: { sessionId: string | null }) {
  const drafts = useDrafts();
  const { data } = useServerQuery();
  // To be gone on with, not to be sent: nobody's matter is quite what a button says.
  function begin(opener: string): void {
    drafts.set(placeOf(sessionId), `${opener}. `);
    document.getElementById('say')?.focus();
  }
  return (
    <div className={styles.column}>
      <h2>What is on your mind?</h2>
      <p>Write as you would speak. You can always see what the coach was given to answer.</p>
      <ul className={styles.openers} aria-label="Ways to begin">
        {OPENERS.map((opener) => (
          <li key={opener}>
            <button type="button" onClick={() => begin(opener)}>
              {opener}
            </button>
          </li>
        ))}
      </ul>
      {data && <ModelTruth status={data.modelStatus} />}
    </div>
  );
}
