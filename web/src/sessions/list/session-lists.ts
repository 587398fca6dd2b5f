import type { ApolloCache } from '@apollo/client';
import {
  ChatSessionsDocument,
  type ChatSessionsQuery,
  type ChatSessionsQueryVariables,
} from '../../../../client/generated/graphql.ts';

export type ListedSession = ChatSessionsQuery['chatSessions']['nodes'][number];

/** How many come at a time. */
export const PAGE = 30;

/** Of the list that a search, or tags that a session must all have, make; of all without them. */
export function variablesOf(search = '', tags: readonly string[] = []): ChatSessionsQueryVariables {
  const filter = { ...(search && { search }), ...(tags.length > 0 && { tags: [...tags] }) };
  return { first: PAGE, ...(Object.keys(filter).length > 0 && { filter }) };
}

/** All that were fetched so far, in their order. */
export function heldSessions(cache: ApolloCache): readonly ListedSession[] {
  return cache.readQuery({ query: ChatSessionsDocument, variables: variablesOf() })?.chatSessions.nodes ?? [];
}

/** The tags of the sessions that were fetched, the most frequent first. */
export function tagsOf(sessions: readonly { tags: readonly string[] }[]): string[] {
  const counts = new Map<string, number>();
  for (const tag of sessions.flatMap(({ tags }) => tags)) counts.set(tag, (counts.get(tag) ?? 0) + 1);
  return [...counts]
    .sort(([one, times], [other, more]) => more - times || one.localeCompare(other))
    .map(([tag]) => tag);
}

/** Whom to show when one is gone: the next, or else the one before. */
export function neighbourOf(sessions: readonly { id: string }[], id: string): string | null {
  const at = sessions.findIndex((session) => session.id === id);
  return (sessions[at + 1] ?? sessions[at - 1])?.id ?? null;
}
