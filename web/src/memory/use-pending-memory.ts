import { useApolloClient } from '@apollo/client/react';
import { useCallback } from 'react';
import { MessageStatesDocument } from '../../../client/generated/graphql.ts';
import { useLookAgain } from '../parts/use-look-again.ts';

/** Looks again at how much of a session is remembered, while some of it is on its way. */
export function usePendingMemory(sessionId: string, isPending: boolean): void {
  const client = useApolloClient();
  const look = useCallback(async () => {
    const variables = { id: sessionId, last: 20 };
    await client.query({ query: MessageStatesDocument, variables, fetchPolicy: 'network-only' });
  }, [client, sessionId]);
  useLookAgain(isPending, look);
}
