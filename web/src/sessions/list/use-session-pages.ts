import { NetworkStatus } from '@apollo/client';
import { useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useRef } from 'react';
import { ChatSessionsDocument } from '../../../../client/generated/graphql.ts';
import { useChatSessionsQuery } from '../../../../client/generated/hooks.ts';
import { type ListedSession, variablesOf } from './session-lists.ts';

const MAX_PAGE = 100;
const NONE: readonly ListedSession[] = [];

interface SessionPages {
  /** Of what was asked for before, while what is asked for is on its way. */
  sessions: readonly ListedSession[];
  isLoading: boolean;
  /** Whether `sessions` are still those of an earlier question. */
  isOld: boolean;
  error: unknown;
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore(): Promise<void>;
  retry(): void;
}

export function useSessionPages(search: string, tags: readonly string[]): SessionPages {
  const variables = variablesOf(search, tags);
  const { data, previousData, error, networkStatus, fetchMore, refetch } = useChatSessionsQuery({
    variables,
    notifyOnNetworkStatusChange: true,
  });
  const page = (data ?? previousData)?.chatSessions;
  const endCursor = data?.chatSessions.pageInfo.endCursor;
  const sessions = page?.nodes ?? NONE;
  useFreshOnReturn(search, tags, sessions.length);
  const loadMore = useCallback(async () => {
    // Without an answer the button stays, to try again.
    await fetchMore({ variables: { after: endCursor } }).catch(() => undefined);
  }, [fetchMore, endCursor]);
  return {
    sessions,
    isLoading: !page && !error,
    isOld: !data && previousData !== undefined,
    error: page ? undefined : error,
    hasMore: data?.chatSessions.pageInfo.hasNextPage ?? false,
    isLoadingMore: networkStatus === NetworkStatus.fetchMore,
    loadMore,
    retry: () => void refetch().catch(() => undefined),
  };
}

/** Who comes back to the page sees what was done elsewhere meanwhile; what had been paged in is fetched with it. */
function useFreshOnReturn(search: string, tags: readonly string[], count: number): void {
  const client = useApolloClient();
  const latest = useRef({ search, tags, count });
  useEffect(() => {
    latest.current = { search, tags, count };
  });
  useEffect(() => {
    const refresh = () => {
      const { search, tags, count } = latest.current;
      // A longer list is where the reader is reading in it, and stays.
      if (document.visibilityState === 'hidden' || count === 0 || count > MAX_PAGE) return;
      const variables = { ...variablesOf(search, tags), first: Math.min(MAX_PAGE, Math.max(count, 30)) };
      void client.query({ query: ChatSessionsDocument, variables, fetchPolicy: 'network-only' }).catch(() => undefined);
    };
    document.addEventListener('visibilitychange', refresh);
    return () => document.removeEventListener('visibilitychange', refresh);
  }, [client]);
}
