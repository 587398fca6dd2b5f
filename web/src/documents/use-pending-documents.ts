import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { DocumentDocument, type DocumentFieldsFragment } from '../../../client/generated/graphql.ts';
import { useLookAgain } from '../parts/use-look-again.ts';

/** Of many, those that the server comes to first. */
const AT_ONCE = 4;

/** Looks again at documents that are being read. */
export function usePendingDocuments(documents: readonly DocumentFieldsFragment[]): void {
  const client = useApolloClient();
  const pending = documents
    .filter(({ status }) => status === 'PENDING')
    .toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
    .slice(0, AT_ONCE)
    .map(({ id }) => id)
    .join(' ');
  const look = useCallback(
    () =>
      Promise.all(
        pending
          .split(' ')
          .map((id) =>
            client.query({ query: DocumentDocument, variables: { id, first: 1 }, fetchPolicy: 'network-only' }),
          ),
      ),
    [client, pending],
  );
  useLookAgain(pending !== '', look);
}
