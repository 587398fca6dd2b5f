import { useApolloClient } from '@apollo/client/react';
import { addSession } from '../../../../client/apollo/cache-updates.ts';
import { RestoreChatSessionDocument } from '../../../../client/generated/graphql.ts';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { useToasts } from '../../parts/toasts.tsx';
import styles from './composer.module.css';

/** In place of the field, in a session that was deleted and can still be read. */
export function DeletedNote({ sessionId }: { sessionId: string }) {
  const client = useApolloClient();
  const { show } = useToasts();
  async function restore() {
    try {
      await client.mutate({ mutation: RestoreChatSessionDocument, variables: { input: { id: sessionId } } });
      addSession(client.cache, sessionId);
    } catch {
      show({ text: 'The session could not be restored.' });
    }
  }
  return (
    <div className={styles.composer}>
      <Notice
        kind="plain"
        title="This session is deleted"
        actions={<Button onClick={() => void restore()}>Restore</Button>}
      >
        It can be read until it is purged, and nothing recalls it.
      </Notice>
    </div>
  );
}
