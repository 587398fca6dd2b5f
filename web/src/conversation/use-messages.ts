import { skipToken, useApolloClient } from '@apollo/client/react';
import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import {
  type ChatSessionQuery,
  type MessageFieldsFragment,
  MessageStatesDocument,
  SessionMessagesDocument,
  type SessionMessagesQueryVariables,
} from '../../../client/generated/graphql.ts';
import {
  ChatMessageDocument,
  useChatSessionChangedSubscription,
  useChatSessionQuery,
} from '../../../client/generated/hooks.ts';
import { useConnection } from '../connection/connection-strip.tsx';
import { isRunning } from './thread/turns.ts';

const PAGE = 50;
/** Of states alone; whole messages in such numbers cost more than the server answers. */
const MOST_STATES = 100;
/** So many are shown before a message that was jumped to. */
const BEFORE_JUMP = 20;

type Part = { first: number; after?: string };
type Session = NonNullable<ChatSessionQuery['chatSession']>;

export interface Messages {
  session: Session | undefined;
  /** There is none, or it is not the viewer's. */
  isMissing: boolean;
  /** It could not be loaded, but may be in a while. */
  hasFailed: boolean;
  nodes: readonly MessageFieldsFragment[];
  hasEarlier: boolean;
  hasLater: boolean;
  loadEarlier(): Promise<void>;
  loadLater(): Promise<void>;
  /** Shows the part of the session around a message. @returns whether there is such a message */
  showAround(messageId: string): Promise<boolean>;
  showNewest(): void;
  /** Asks for the session again. */
  refresh(): void;
}

const NONE: readonly MessageFieldsFragment[] = [];

/**
 * A session with the messages that were loaded of it, and whatever changes in it.
 *
 * @param id null: of a session that is yet to begin
 * @param waits while true, what others add is left for later: it may be what is being sent here
 */
export function useMessages(id: string | null, waits: boolean): Messages {
  const client = useApolloClient();
  const connection = useConnection();
  /** Of what is shown, where that is not the newest. */
  const [part, setPart] = useState<Part | null>(null);
  const { data, error, refetch } = useChatSessionQuery(id === null ? skipToken : { variables: { id, ...part } });
  useChatSessionChangedSubscription(id === null ? skipToken : { variables: { id }, ignoreResults: true });
  const session = data?.chatSession ?? undefined;
  const nodes = session?.messages.nodes ?? NONE;
  const pages = session?.messages.pageInfo;

  const load = useCallback(
    async (page: Omit<SessionMessagesQueryVariables, 'id'>) => {
      if (id === null) return;
      const variables = { id, ...page };
      await client.query({ query: SessionMessagesDocument, variables, fetchPolicy: 'network-only' });
    },
    [client, id],
  );

  const loadEarlier = useCallback(() => load({ last: PAGE, before: pages?.startCursor ?? null }), [load, pages]);
  const loadLater = useCallback(() => load({ first: PAGE, after: pages?.endCursor ?? null }), [load, pages]);

  const showAround = useCallback(
    async (messageId: string) => {
      if (nodes.some((node) => node.id === messageId)) return true;
      const { data } = await client.query({ query: ChatMessageDocument, variables: { id: messageId } });
      const cursor = data?.chatMessage?.cursor;
      if (cursor === undefined || data?.chatMessage?.session.id !== id || id === null) return false;
      const variables = { id, last: BEFORE_JUMP, before: cursor };
      const { data: earlier } = await client.query({ query: SessionMessagesDocument, variables });
      const first = earlier?.chatSession?.messages.nodes.at(0);
      const around = { first: PAGE, ...(first && { after: first.cursor }) };
      await load(around);
      setPart(around);
      return true;
    },
    [client, id, nodes, load],
  );
  const showNewest = useCallback(() => setPart(null), []);

  useWhatOthersAdd(part === null && !waits && (pages?.hasNextPage ?? false), loadLater);
  useMemoryStates(session);

  const refresh = useCallback(() => void refetch().catch(() => undefined), [refetch]);
  const hasFailed = error !== undefined && !data;
  // What was done meanwhile, to messages that are shown too, nobody has told this page.
  useEffect(() => (id === null ? undefined : connection.onReturn(refresh)), [id, connection, refresh]);

  return {
    ...{ refresh, session, nodes, hasFailed, loadEarlier, loadLater, showAround, showNewest },
    isMissing: data?.chatSession === null,
    hasEarlier: pages?.hasPreviousPage ?? false,
    hasLater: part !== null && (pages?.hasNextPage ?? false),
  };
}

/**
 * Fetches what came after the newest that is held, one page at a time; again, where more came while a page was on its way.
 *
 * @param load another function when what is held has changed
 */
function useWhatOthersAdd(isMissing: boolean, load: () => Promise<void>): void {
  const isLoading = useRef(false);
  const lastTried = useRef<() => Promise<void>>(undefined);
  const [, setLoaded] = useState(0);
  useEffect(() => {
    if (!isMissing) lastTried.current = undefined;
    // What failed is asked for again with the next change of the session.
    if (!isMissing || isLoading.current || lastTried.current === load) return;
    isLoading.current = true;
    lastTried.current = load;
    load()
      .then(() => true)
      .catch(() => false)
      .then((isLoaded) => {
        isLoading.current = false;
        if (isLoaded) setLoaded((times) => times + 1);
        else lastTried.current = undefined;
      });
  });
}

/** Asks how far messages are in long-term memory, whenever the counts of the session say that some have got on. */
function useMemoryStates(session: Session | undefined): void {
  const client = useApolloClient();
  const latest = useRef(session);
  useEffect(() => {
    latest.current = session;
  });
  const counts = session && JSON.stringify([session.longTermMemory, session.memory]);
  const wasOn = useRef(session?.longTermMemory);
  const pending = useMemo(
    () => session?.messages.nodes.find((node) => node.memory === 'PENDING' && !isRunning(node)),
    [session],
  );
  const isPending = pending !== undefined;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the counts are what it is about
  useEffect(() => {
    const current = latest.current;
    if (!current) return;
    const isSwitched = wasOn.current !== undefined && wasOn.current !== current.longTermMemory;
    wasOn.current = current.longTermMemory;
    const since = current.messages.nodes.find((node) => node.memory === 'PENDING')?.seq ?? current.messageCount;
    const last = isSwitched ? current.messages.nodes.length : current.messageCount - since + 1;
    if (!isSwitched && !isPending) return;
    const variables = { id: current.id, last: Math.min(MOST_STATES, Math.max(1, last)) };
    client.query({ query: MessageStatesDocument, variables, fetchPolicy: 'network-only' }).catch(() => undefined);
  }, [client, counts, isPending]);
}
