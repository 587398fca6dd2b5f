/** Following a reply that is being written, with any GraphQL client and without dependencies. */
export { errorCodes, isFinalError } from './error-codes.ts';
export { type FollowOptions, followReply, type Subscribe } from './follow-reply.ts';
export { foldReply, openReply, type Reply, type ReplyEvent, type ReplyMessage, type ReplyStatus } from './reply.ts';
export { REPLY_STREAM, type ReplyResult, replyEvents } from './reply-events.ts';
export type { Sink } from './results-of.ts';
