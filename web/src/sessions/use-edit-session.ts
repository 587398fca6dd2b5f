import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { UpdateChatSessionDocument } from '../../../client/generated/graphql.ts';

interface Edits {
  title?: string;
  tags?: string[];
  model?: string;
}

type Edit = (session: { id: string } & Edits, edits: Edits) => Promise<void>;

/** Shown at once in every place; as it was where the server refuses, which is thrown. */
export function useEditSession(): Edit {
  const { cache, mutate } = useApolloClient();
  return useCallback<Edit>(
    async (session, edits) => {
      const { id } = session;
      const show = ({ title, tags, model }: Edits) =>
        cache.modify({
          id: cache.identify({ __typename: 'ChatSession', id }) ?? '',
          fields: {
            title: (held) => title ?? held,
            tags: (held) => tags ?? held,
            model: (held) => model ?? held,
          },
        });
      show(edits);
      try {
        await mutate({ mutation: UpdateChatSessionDocument, variables: { input: { id, ...edits } } });
      } catch (error) {
        show(session);
        throw error;
      }
    },
    [cache, mutate],
  );
}
