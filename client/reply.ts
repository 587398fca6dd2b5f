/** PENDING and STREAMING are being written; the others have ended. */
export type ReplyStatus = 'PENDING' | 'STREAMING' | 'COMPLETE' | 'CANCELLED' | 'FAILED';

/** A reply as the server stores it. */
export interface ReplyMessage {
  id: string;
  status: ReplyStatus;
  content: string;
  /** Set when `status` is FAILED. */
  error?: { code: string; message: string; retryable: boolean } | null;
}

/** What `replyStream` emits: text as it comes, then exactly one of the other three. */
export type ReplyEvent =
  | {
      __typename: 'ReplyDelta';
      messageId: string;
      /** Where `text` begins in the whole reply, in UTF-16 units, as `String.length` counts. */
      offset: number;
      text: string;
    }
  | { __typename: 'ReplyCompleted' | 'ReplyCancelled' | 'ReplyFailed'; message: ReplyMessage };

/** A reply as far as it is known here. */
export interface Reply {
  messageId: string;
  /** Always the beginning of the whole text; at the end, all of it. */
  text: string;
  phase: 'connecting' | 'streaming' | 'reconnecting' | 'ended';
  /** As stored, once the reply has ended. */
  message?: ReplyMessage;
  /** Why it cannot be followed to its end: it was deleted, or is not the viewer's. Then `message` is absent. */
  error?: unknown;
}

/** A reply of which `text` is held already. */
export function openReply(messageId: string, text = ''): Reply {
  return { messageId, text, phase: 'connecting' };
}

/**
 * The reply with an event added. Pure, and idempotent: what was held already, and what belongs to another reply, changes
 * nothing, and the same object is returned where nothing changed.
 *
 * @returns null where text is missing before the event: subscribe again from `reply.text.length`
 */
export function foldReply(reply: Reply, event: ReplyEvent): Reply | null {
  if (reply.phase === 'ended') return reply;
  if (event.__typename !== 'ReplyDelta') {
    const { message } = event;
    // What is stored counts, and after a crash of the server that may be less than what was read.
    return message.id === reply.messageId ? { ...reply, text: message.content, phase: 'ended', message } : reply;
  }
  if (event.messageId !== reply.messageId) return reply;
  if (event.offset > reply.text.length) return null;
  const fresh = event.text.slice(reply.text.length - event.offset);
  if (fresh === '' && reply.phase === 'streaming') return reply;
  return { ...reply, text: reply.text + fresh, phase: 'streaming' };
}
