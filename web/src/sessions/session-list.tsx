import { Search } from 'lucide-react';
import { useDeferredValue, useState } from 'react';
import { useChatSessionsQuery } from '../../../client/generated/hooks.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import styles from './session-list.module.css';
import { SessionRow } from './session-row.tsx';

const PAGE = 30;

/** `onOpen`: once one was chosen. */
export function SessionList({ onOpen }: { onOpen?: () => void }) {
  const [words, setWords] = useState('');
  const search = useDeferredValue(words.trim()) || undefined;
  const { data, loading } = useChatSessionsQuery({
    variables: { first: PAGE, filter: search ? { search } : undefined },
  });
  const sessions = data?.chatSessions.nodes ?? [];
  return (
    <>
      <label className={styles.find}>
        <Search size={15} aria-hidden="true" />
        <span className="sr">Search sessions</span>
        <input
          type="search"
          placeholder="Search sessions"
          value={words}
          onChange={({ target }) => setWords(target.value)}
        />
      </label>
      <nav aria-label="Sessions" className={styles.list}>
        {loading && !data && <Skeleton lines={3} />}
        <ul>
          {sessions.map((session) => (
            <SessionRow key={session.id} session={session} onOpen={onOpen} />
          ))}
        </ul>
        {data && sessions.length === 0 && (
          <p className={styles.none}>{search ? 'No session by these words.' : 'No sessions yet.'}</p>
        )}
      </nav>
    </>
  );
}
