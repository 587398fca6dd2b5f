import type { ReplyEvent } from './reply.ts';
import { resultsOf, type Sink } from './results-of.ts';

/** What a GraphQL client yields for a subscription to `replyStream`. */
export interface ReplyResult {
  data?: { replyStream: ReplyEvent } | null | undefined;
  errors?: readonly unknown[] | undefined;
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
 * The events of one connection, from a client that puts results into a sink. With graphql-ws, and likewise graphql-sse:
 *
 *     const subscribe: Subscribe = (messageId, fromOffset, signal) =>
 *       replyEvents(
 *         (sink) => client.subscribe({ query: REPLY_STREAM, variables: { messageId, fromOffset } }, sink),
 *         signal,
 *       );
 *
 * The client should not try again by itself (`retryAttempts: 0`): it would ask from the first offset, not from what is held.
 *
 * @param subscribe returns what ends the subscription
 * @throws the errors of a result, as an array; what the sink is given as an error
 */
export async function* replyEvents(
  subscribe: (sink: Sink<ReplyResult>) => () => void,
  signal: AbortSignal,
): AsyncGenerator<ReplyEvent, void, void> {
  for await (const { data, errors } of resultsOf(subscribe, signal)) {
    if (errors) throw errors;
    if (data) yield data.replyStream;
  }
}
