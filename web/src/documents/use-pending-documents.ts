import { useApolloClient } from '@apollo/client/react';
import { useEffect } from 'react';
import { DocumentDocument, type DocumentFieldsFragment } from '../../../client/generated/graphql.ts';

const FIRST_MS = 700;
const MOST_MS = 5000;
/** Of many, those that the server comes to first. */
const AT_ONCE = 4;

/** Looks again at documents that are being read, ever less often, while there are any and somebody looks. */
export function usePendingDocuments(documents: readonly DocumentFieldsFragment[]): void {
  const client = useApolloClient();
  const pending = documents
    .filter(({ status }) => status === 'PENDING')
    .toSorted((one, other) => (one.createdAt < other.createdAt ? -1 : 1))
    .slice(0, AT_ONCE)
    .map(({ id }) => id)
    .join(' ');

  useEffect(() => {
    if (!pending) return;
    let waitMs = FIRST_MS;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const look = async () => {
      if (!document.hidden) await Promise.all(pending.split(' ').map(read));
      waitMs = Math.min(waitMs * 1.5, MOST_MS);
      if (timer !== undefined) timer = setTimeout(look, waitMs);
    };
    // An answer that does not come is asked for again the next time.
    const read = (id: string) =>
      client
        .query({ query: DocumentDocument, variables: { id, first: 1 }, fetchPolicy: 'network-only' })
        .catch(() => null);
    timer = setTimeout(look, waitMs);
    return () => {
      clearTimeout(timer);
      timer = undefined;
    };
  }, [client, pending]);
}
