import { useSessionMemoriesQuery } from '../../../client/generated/hooks.ts';
import { Button } from '../parts/button.tsx';
import { Notice } from '../parts/notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { inDigits } from '../parts/words.ts';
import { AboutMemory } from './about-memory.tsx';
import styles from './memory.module.css';
import { SessionMemory } from './session-memory.tsx';

const PAGE = 30;

/** Which sessions are remembered, and which may recall one another. */
export function SessionMemories() {
  const { data, loading, error, fetchMore, refetch } = useSessionMemoriesQuery({
    // Said though it is the default, so that these pages and those of the list of sessions do not replace each other.
    variables: { first: PAGE, filter: { state: 'ACTIVE' } },
    fetchPolicy: 'cache-and-network',
    nextFetchPolicy: 'cache-first',
  });
  if (error && !data) {
    return (
      <div className={styles.problem}>
        <Notice
          kind="warn"
          title="Your sessions could not be loaded."
          actions={<Button onClick={() => void refetch()}>Try again</Button>}
        />
      </div>
    );
  }
  if (!data) return <Skeleton lines={4} />;

  const { nodes: sessions, pageInfo, totalCount } = data.chatSessions;
  if (sessions.length === 0) return <AboutMemory hasSessions={false} />;
  const { hasNextPage, endCursor } = pageInfo;
  const on = sessions.filter(({ longTermMemory }) => longTermMemory).length;
  const crossing = sessions.filter((session) => session.longTermMemory && session.crossSessionMemory).length;
  const of = `${inDigits(sessions.length)}${hasNextPage ? ` shown, ${inDigits(totalCount)} in all` : ''}`;
  return (
    <>
      <AboutMemory hasSessions />
      <section className={styles.sessions} aria-labelledby="sessions-in-memory">
        <h2 id="sessions-in-memory">Sessions in memory</h2>
        <p>
          {inDigits(on)} of {of} · crossing on in {inDigits(crossing)}
        </p>
        <ul>
          {sessions.map((session) => (
            <SessionMemory key={session.id} session={session} />
          ))}
        </ul>
        {hasNextPage && (
          <Button disabled={loading} onClick={() => void fetchMore({ variables: { after: endCursor } })}>
            Show earlier sessions
          </Button>
        )}
      </section>
    </>
  );
}
