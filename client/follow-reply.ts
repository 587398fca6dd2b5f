import { backoff } from './backoff.ts';
import { isFinalError } from './error-codes.ts';
import { foldReply, openReply, type Reply, type ReplyEvent } from './reply.ts';

/**
 * One connection: the events of a reply from `fromOffset` on. It may end or throw at any time; it ends when `signal` aborts.
 * This is the only seam between what follows a reply and what carries it.
 */
export type Subscribe = (messageId: string, fromOffset: number, signal: AbortSignal) => AsyncIterable<ReplyEvent>;

export interface FollowOptions {
  subscribe: Subscribe;
  messageId: string;
  /** What is held of the reply already, as from `ChatMessage.content`. */
  text?: string;
  /** Aborting leaves the reply; it never stops it. */
  signal: AbortSignal;
  /** Called with each reply that differs from the one before, the last of them of phase `ended`. */
  onChange(reply: Reply): void;
  /** What to do before the connection after `attempt` fruitless ones, from 0. Default: a growing random wait of at most 15 s. */
  wait?(attempt: number, signal: AbortSignal): Promise<void>;
  /** Whether it is no use to try again. Default: errors that say that there is no such reply, or that it is not to be followed. */
  isFinal?(error: unknown): boolean;
}

/**
 * Follows one reply to its end, through any number of broken connections, one at a time.
 *
 * @returns the reply as it ended, or null where `signal` aborted first
 * @throws what `isFinal` says is final, and what `onChange` throws
 */
export async function followReply(options: FollowOptions): Promise<Reply | null> {
  const { subscribe, messageId, signal, onChange, wait = backoff, isFinal = isFinalError } = options;
  let reply = openReply(messageId, options.text);
  let attempt = 0;
  let isTelling = false;
  while (!signal.aborted) {
    try {
      await unlessAborted(readConnection(), signal);
    } catch (error) {
      // What `onChange` throws is no fault of the connection's.
      if (isTelling || isFinal(error)) throw error;
    }
    if (reply.phase === 'ended') return reply;
    if (signal.aborted) return null;
    change({ ...reply, phase: 'reconnecting' });
    await wait(attempt, signal);
    attempt += 1;
  }
  return null;

  async function readConnection(): Promise<void> {
    for await (const event of subscribe(messageId, reply.text.length, signal)) {
      if (signal.aborted) return;
      const next = foldReply(reply, event);
      // A gap: the next connection asks for what is missing.
      if (next === null) return;
      // Only text shows that the server gets on with it; a connection that repeats what is held has come to nothing.
      if (next.text.length > reply.text.length) attempt = 0;
      change(next);
      if (next.phase === 'ended') return;
    }
  }

  function change(next: Reply): void {
    if (next === reply || (next.phase === 'reconnecting' && reply.phase === 'reconnecting')) return;
    reply = next;
    isTelling = true;
    onChange(reply);
    isTelling = false;
  }
}

/** Settles with `reading`, or when `signal` aborts: a connection may take long to notice. */
function unlessAborted(reading: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const leave = () => resolve();
    signal.addEventListener('abort', leave);
    reading.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave));
  });
}
