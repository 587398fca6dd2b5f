/** What `tsc` has to accept, and what it has to refuse: each `@ts-expect-error` fails the check where there is no error. */
import { skipToken } from '@apollo/client/react';
import { addMessages, createClient, createTransport } from '../../client/apollo/index.ts';
import {
  type DocumentStatus,
  type MessageFieldsFragment,
  MessageFieldsFragmentDoc,
  type MessageStatus,
  useChatSessionChangedSubscription,
  useChatSessionQuery,
  useChatSessionsQuery,
  useDocumentsQuery,
  useSendMessageMutation,
} from '../../client/generated/hooks.ts';
import { foldReply, followReply, openReply, type Reply, type ReplyEvent, type Subscribe } from '../../client/index.ts';
import { Transport, useReplyStream } from '../../client/react/index.ts';

/** Fails the check where the types differ. */
type Same<A, B> = (<T>() => T extends A ? 1 : 2) extends <T>() => T extends B ? 1 : 2 ? true : false;
const same = <A, B>(_isSame: Same<A, B>) => {};

export function Queries({ id }: { id?: string }) {
  // Variables that are required are required, those that are not are not.
  useChatSessionsQuery();
  useDocumentsQuery({ variables: { first: 5 } });
  const { data, fetchMore } = useChatSessionQuery({ variables: { id: 'x' } });
  useChatSessionQuery(id ? { variables: { id } } : skipToken);
  useChatSessionsQuery({ variables: { filter: { state: 'DELETED', tags: ['work'] } }, fetchPolicy: 'network-only' });
  void fetchMore({ variables: { last: 50, before: data?.chatSession?.messages.pageInfo.startCursor } });

  // @ts-expect-error the id is required
  useChatSessionQuery();
  // @ts-expect-error the id is required
  useChatSessionQuery({ variables: {} });
  // @ts-expect-error an id is a string
  useChatSessionQuery({ variables: { id: 5 } });
  // @ts-expect-error it may be undefined
  useChatSessionQuery({ variables: { id } });
  // @ts-expect-error there is no such variable
  useChatSessionsQuery({ variables: { frist: 5 } });
  // @ts-expect-error there is no such state
  useChatSessionsQuery({ variables: { filter: { state: 'GONE' } } });
  // @ts-expect-error there is no such policy
  useChatSessionsQuery({ fetchPolicy: 'cache-last' });
  // @ts-expect-error what it returns would not be what its type says
  useChatSessionsQuery({ returnPartialData: true });
  // @ts-expect-error a session may not be there
  data?.chatSession.title;
  // @ts-expect-error no such field was asked for
  data?.chatSession?.messages.edges;

  const message = data?.chatSession?.messages.nodes[0];
  if (message) {
    message satisfies MessageFieldsFragment;
    same<typeof message.status, MessageStatus>(true);
  }
  return null;
}

export function Mutations() {
  const [send, { data, loading }] = useSendMessageMutation({ onCompleted: ({ sendMessage }) => sendMessage.reply.id });
  void send({ variables: { input: { content: 'I cannot sleep.', newSession: { title: 'Nights' } } } });
  same<typeof loading, boolean>(true);
  data?.sendMessage.reply satisfies MessageFieldsFragment | undefined;
  void send({
    variables: { input: { content: 'Again.' } },
    update: (cache, { data: sent }) =>
      sent && addMessages(cache, 'x', [sent.sendMessage.message, sent.sendMessage.reply]),
  });

  // @ts-expect-error the input is required
  void send();
  // @ts-expect-error its content is required
  void send({ variables: { input: { sessionId: 'x' } } });
  // @ts-expect-error there is no such field
  void send({ variables: { input: { content: 'x', session: 'x' } } });
  // @ts-expect-error mutations are not skipped
  useSendMessageMutation(skipToken);
  return null;
}

export function Subscriptions({ id }: { id: string }) {
  const { data } = useChatSessionChangedSubscription({ variables: { id } });
  useChatSessionChangedSubscription(skipToken);
  same<NonNullable<typeof data>['chatSessionChanged']['messageCount'], number>(true);
  // @ts-expect-error the id is required
  useChatSessionChangedSubscription();
  // @ts-expect-error it was not asked for
  data?.chatSessionChanged.messages;
  return null;
}

export function Replies({ message }: { message: MessageFieldsFragment }) {
  const reply = useReplyStream(message, (ended) => ended.message?.error?.retryable);
  same<typeof reply, Reply>(true);
  same<Reply['phase'], 'connecting' | 'streaming' | 'reconnecting' | 'ended'>(true);
  // @ts-expect-error without its text so far, a reply would begin from nothing
  useReplyStream({ id: 'x', status: 'PENDING' });
  // @ts-expect-error there is no such status
  useReplyStream({ id: 'x', status: 'RUNNING', content: '' });
  // @ts-expect-error a running reply has no message yet
  reply.message.status;
  // @ts-expect-error what is shown is not written to
  <Transport>{reply.text}</Transport>;
  return reply.text;
}

export async function core(subscribe: Subscribe, event: ReplyEvent) {
  const folded = foldReply(openReply('x'), event);
  // @ts-expect-error a gap is null
  folded.text;
  if (event.__typename === 'ReplyDelta') same<typeof event.offset, number>(true);
  // @ts-expect-error only deltas have an offset
  else event.offset;
  const { signal } = new AbortController();
  const end = await followReply({ subscribe, messageId: 'x', signal, onChange: () => {} });
  // @ts-expect-error null where it was aborted
  end.text;
  // @ts-expect-error without a signal nobody could leave it
  void followReply({ subscribe, messageId: 'x', onChange: () => {} });
  // @ts-expect-error a transport needs both addresses
  createTransport({ ws: 'wss://example.com/graphql' });
  // @ts-expect-error tokens are asked for, not given: they expire
  createClient({ auth: { token: 'x' } });
}

/** Enums and fragments are there by name. */
export const statuses: DocumentStatus[] = ['PENDING', 'READY', 'FAILED'];
export const fragment = MessageFieldsFragmentDoc;
// @ts-expect-error there is no such status
export const wrong: DocumentStatus = 'GONE';
