import type { ApolloClient } from '@apollo/client';
import {
  type DocumentFieldsFragment,
  DocumentFieldsFragmentDoc,
  SessionDocumentsDocument,
  UpdateChatSessionDocument,
} from '../../../../client/generated/graphql.ts';

type Change = (ids: readonly string[]) => readonly string[];

let last: Promise<unknown> = Promise.resolve();

/**
 * Changes which documents a session's answers may draw on. Shown at once; one change after the other, and each of what the
 * server has at that moment, because a change replaces them all.
 */
export function linkDocuments(client: ApolloClient, sessionId: string, change: Change): Promise<void> {
  showLinks(client, sessionId, change);
  const turn = last.then(async () => {
    // Not into the cache, which shows already what is to become of it.
    const ids = await linkedTo(client, sessionId, 'no-cache');
    const documentIds = changed(ids, change);
    await client.mutate({ mutation: UpdateChatSessionDocument, variables: { input: { id: sessionId, documentIds } } });
  });
  last = turn.catch(() => linkedTo(client, sessionId, 'network-only').catch(() => undefined));
  return turn;
}

const changed = (ids: readonly string[], change: Change): string[] => [...new Set(change(ids))];

async function linkedTo(client: ApolloClient, id: string, fetchPolicy: 'no-cache' | 'network-only'): Promise<string[]> {
  const { data } = await client.query({
    query: SessionDocumentsDocument,
    variables: { id },
    fetchPolicy,
  });
  return data?.chatSession?.documents.map((document) => document.id) ?? [];
}

function showLinks({ cache }: ApolloClient, id: string, change: Change): void {
  const query = SessionDocumentsDocument;
  const session = cache.readQuery({ query, variables: { id } })?.chatSession;
  if (!session) return;
  const known = new Map(session.documents.map((document) => [document.id, document]));
  const documents = changed([...known.keys()], change).flatMap((documentId) => {
    const document = known.get(documentId) ?? readDocument(cache, documentId);
    return document ? [document] : [];
  });
  cache.writeQuery({ query, variables: { id }, data: { chatSession: { ...session, documents } } });
}

const readDocument = (cache: ApolloClient['cache'], id: string): DocumentFieldsFragment | null =>
  cache.readFragment({
    id: cache.identify({ __typename: 'Document', id }),
    fragment: DocumentFieldsFragmentDoc,
    fragmentName: 'DocumentFields',
  });
