/** Replies in React components. Needs React alone. */
export { Transport, useReplyStream } from './use-reply-stream.ts';
