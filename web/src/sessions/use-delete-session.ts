import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef } from 'react';
import { useLocation } from 'wouter';
import { addSession, hideSession } from '../../../client/apollo/cache-updates.ts';
import { DeleteChatSessionDocument, RestoreChatSessionDocument } from '../../../client/generated/graphql.ts';
import { useToasts } from '../parts/toasts.tsx';
import { heldSessions, neighbourOf } from './list/session-lists.ts';
import { messageOf } from './use-save.ts';

type Remove = (session: { id: string; title: string }, nextId?: string | null) => void;

/** Deletes at once and can take it back; what the server refuses comes back by itself. */
export function useDeleteSession(): Remove {
  const client = useApolloClient();
  const { show } = useToasts();
  const [place, navigate] = useLocation();
  const latestPlace = useRef(place);
  useEffect(() => {
    latestPlace.current = place;
  });

  return useCallback<Remove>(
    ({ id, title }, nextId = neighbourOf(heldSessions(client.cache), id)) => {
      const wasShown = latestPlace.current === `/s/${id}`;
      hideSession(client.cache, id);
      if (wasShown) navigate(nextId ? `/s/${nextId}` : '/', { replace: true });

      const deleted = client.mutate({ mutation: DeleteChatSessionDocument, variables: { input: { id } } });
      deleted.catch((error: unknown) => {
        comeBack();
        show({ text: `“${title}” could not be deleted. ${messageOf(error)}`, isProblem: true });
      });
      show({ text: `Deleted “${title}”`, undo });

      function comeBack() {
        client.cache.modify({
          id: client.cache.identify({ __typename: 'ChatSession', id }) ?? '',
          fields: { isActive: () => true },
        });
        // The list may have been fetched again without it.
        addSession(client.cache, id);
      }

      async function undo() {
        comeBack();
        try {
          await deleted;
          await client.mutate({ mutation: RestoreChatSessionDocument, variables: { input: { id } } });
          // Its page follows it on the server, where until now it was still deleted.
          if (wasShown) navigate(`/s/${id}`);
        } catch (error) {
          hideSession(client.cache, id);
          show({ text: `“${title}” could not be restored. ${messageOf(error)}`, isProblem: true });
        }
      }
    },
    [client, show, navigate],
  );
}
