import type { ApolloCache } from '@apollo/client';
import { type MessageFieldsFragment, SessionMessagesFragmentDoc } from '../generated/graphql.ts';
import { type Edge, union } from './held-pages.ts';

/**
 * Puts messages into their session's list, as `sendMessage`, `retryReply` and `generateReport` answer them; what it has already
 * stays once. They are in the cache since their mutation answered.
 */
export function addMessages(cache: ApolloCache, sessionId: string, messages: readonly Placed[]): void {
  const nodes = messages.map(({ id, seq }) => ({ __typename: 'ChatMessage', id, seq }));
  const page = { __typename: 'ChatMessageConnection', nodes };
  cache.writeFragment({
    id: cache.identify({ __typename: 'ChatSession', id: sessionId }),
    fragment: SessionMessagesFragmentDoc,
    data: { messages: page },
  });
}

type Placed = Pick<MessageFieldsFragment, 'id' | 'seq'>;

/** Shows a new session in the lists that leave none out by its words or tags. It is in the cache since its mutation answered. */
export function addSession(cache: ApolloCache, id: string): void {
  addTo(cache, 'chatSessions', { __typename: 'ChatSession', id }, (field) => !/"search":"[^"]|"tags":\["/.test(field));
}

/** Shows a new document in the list of documents. It is in the cache since its mutation answered, or was written to it. */
export function addDocument(cache: ApolloCache, id: string): void {
  addTo(cache, 'documents', { __typename: 'Document', id });
}

/** Takes a session that was deleted out of the lists of active ones. Restoring it shows it again, where it was. */
export function hideSession(cache: ApolloCache, id: string): void {
  cache.modify({ id: cache.identify({ __typename: 'ChatSession', id }) ?? '', fields: { isActive: () => false } });
}

interface List {
  edges: Edge[];
}

function addTo(
  cache: ApolloCache,
  field: string,
  object: { __typename: string; id: string },
  takes: (storeFieldName: string) => boolean = () => true,
): void {
  cache.modify<Record<string, List>>({
    fields: {
      [field]: (list, { storeFieldName, toReference }) => {
        const node = toReference(object);
        if (!node || !('edges' in list) || !takes(storeFieldName)) return list;
        return { ...list, edges: union(list.edges, [{ node }]) };
      },
    },
  });
}
