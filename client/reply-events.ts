import type { ReplyEvent } from './reply.ts';

/** What a GraphQL client yields for a subscription to `replyStream`. */
export interface ReplyResult {
  data?: { replyStream: ReplyEvent } | null;
  errors?: readonly unknown[];
}

/** The subscription, for clients that take text. Apollo Client has `ReplyStreamDocument` of `carryover/client/hooks`. */
export const REPLY_STREAM = `subscription ReplyStream($messageId: ID!, $fromOffset: Int! = 0) {
  replyStream(messageId: $messageId, fromOffset: $fromOffset) {
    __typename
    ... on ReplyDelta { messageId offset text }
    ... on ReplyCompleted { message { id status content error { code message retryable } } }
    ... on ReplyCancelled { message { id status content error { code message retryable } } }
    ... on ReplyFailed { message { id status content error { code message retryable } } }
  }
}`;

/**
 * The events in what `iterate` of graphql-ws or graphql-sse yields:
 *
 *     const subscribe: Subscribe = (messageId, fromOffset, signal) =>
 *       replyEvents(client.iterate({ query: REPLY_STREAM, variables: { messageId, fromOffset } }), signal);
 *
 * @throws the errors of a result, as an array
 */
export async function* replyEvents(
  results: AsyncIterableIterator<ReplyResult>,
  signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void, void> {
  // An iteration that waits for the next result is left from outside, or it would stay until that comes.
  const leave = () => void results.return?.();
  signal.addEventListener('abort', leave);
  try {
    if (signal.aborted) return;
    for await (const { data, errors } of results) {
      if (errors) throw errors;
      if (data) yield data.replyStream;
    }
  } finally {
    signal.removeEventListener('abort', leave);
    leave();
  }
}
