import { useApolloClient } from '@apollo/client/react';
import { useState } from 'react';
import { addSession } from '../../../client/apollo/cache-updates.ts';
import { DeleteChatSessionDocument, RestoreChatSessionDocument } from '../../../client/generated/graphql.ts';
import { useChatSessionsQuery } from '../../../client/generated/hooks.ts';
import { Button } from '../parts/button.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useToasts } from '../parts/toasts.tsx';
import { counted, dayOf } from '../parts/words.ts';
import { messageOf, useSave } from '../sessions/use-save.ts';
import styles from './settings.module.css';

const PAGE = 20;

interface Deleted {
  id: string;
  title: string;
  messageCount: number;
  updatedAt: string;
}

export function DeletedSessions() {
  const { data, error, fetchMore } = useChatSessionsQuery({
    variables: { first: PAGE, filter: { state: 'DELETED' } },
    fetchPolicy: 'cache-and-network',
  });
  const [doomed, setDoomed] = useState<Deleted | null>(null);
  const page = data?.chatSessions;
  if (!page) return error ? <p className={styles.problem}>They could not be loaded.</p> : <Skeleton lines={2} />;
  if (page.nodes.length === 0) return <p>There are none. What you delete can be restored here for a while.</p>;
  return (
    <>
      <p>They are in no answer and no report. In time the server removes them for good.</p>
      <ul className={styles.deleted}>
        {page.nodes.map((session) => (
          <DeletedSession key={session.id} session={session} onDoom={() => setDoomed(session)} />
        ))}
      </ul>
      {page.pageInfo.hasNextPage && (
        <Button kind="quiet" onClick={() => void fetchMore({ variables: { after: page.pageInfo.endCursor } })}>
          Show more
        </Button>
      )}
      {doomed && <DeleteForGood session={doomed} onClose={() => setDoomed(null)} />}
    </>
  );
}

function DeletedSession({ session, onDoom }: { session: Deleted; onDoom: () => void }) {
  const { cache, mutate } = useApolloClient();
  const { show } = useToasts();
  const { id, title, messageCount, updatedAt } = session;
  async function restore() {
    try {
      await mutate({ mutation: RestoreChatSessionDocument, variables: { input: { id } } });
      addSession(cache, id);
      show({ text: `Restored “${title}”` });
    } catch (error) {
      show({ text: `“${title}” could not be restored. ${messageOf(error)}`, isProblem: true });
    }
  }
  return (
    <li>
      <div>
        <b title={title}>{title}</b>
        <small>
          {counted(messageCount, 'message')} · {dayOf(updatedAt)}
        </small>
      </div>
      <Button kind="quiet" aria-label={`Restore ${title}`} onClick={() => void restore()}>
        Restore
      </Button>
      <Button kind="quiet" aria-label={`Delete for good: ${title}`} className={styles.problem} onClick={onDoom}>
        Delete for good
      </Button>
    </li>
  );
}

function DeleteForGood({ session: { id, title }, onClose }: { session: Deleted; onClose: () => void }) {
  const { cache, mutate } = useApolloClient();
  const [saving, save] = useSave();
  async function remove() {
    const isGone = await save(async () => {
      const variables = { input: { id, permanently: true } };
      await mutate({ mutation: DeleteChatSessionDocument, variables });
    });
    if (!isGone) return;
    onClose();
    cache.evict({ id: cache.identify({ __typename: 'ChatSession', id }) ?? '' });
    cache.gc();
  }
  return (
    <Confirm
      title="Delete for good?"
      action="Delete for good"
      isBusy={saving.state === 'saving'}
      problem={saving.state === 'failed' ? `It was not deleted. ${saving.why}` : undefined}
      onConfirm={() => void remove()}
      onClose={onClose}
    >
      <p>“{title}”, its messages, and all that was remembered of them are removed at once. This cannot be undone.</p>
    </Confirm>
  );
}
