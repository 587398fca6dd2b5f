import { setTimeout as after } from 'node:timers/promises';
import { CancelReplyDocument } from '../generated/graphql.ts';
import { followReply, type ReplyMessage } from '../index.ts';
import type { Chat } from './chat.ts';
import { viewOfReply, type Waiting } from './reply-view.ts';
import { sayError } from './say-error.ts';

/**
 * Writes a reply as it comes, to its end, through any number of broken connections. Ctrl-C stops the reply; again, where
 * the server does not answer, leaves it.
 *
 * @returns the reply as stored; null: left before it had ended
 */
export async function writeReply(chat: Chat, messageId: string, waiting: Waiting): Promise<ReplyMessage | null> {
  const leaving = new AbortController();
  let isStopping = false;
  let fault: unknown = null;
  const stop = () => {
    if (isStopping) return leaving.abort();
    isStopping = true;
    chat.api.insist(CancelReplyDocument, { input: { messageId } }).catch((error: unknown) => {
      fault = error;
      leaving.abort();
    });
  };
  const release = chat.interrupts.listen(stop);
  const view = viewOfReply(chat, waiting, () => isStopping);
  try {
    const { subscribe, isFinal } = chat.socket;
    const { signal } = leaving;
    const reply = await followReply({ subscribe, isFinal, wait, messageId, signal, onChange: view.show });
    return reply?.message ?? null;
  } finally {
    release();
    view.close();
    if (fault !== null) chat.terminal.warn(`The reply could not be stopped. ${sayError(fault, chat.api.url)}`);
  }
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 2_000;

/** Somebody sits and looks, so a server that is back is to be found soon. */
const wait = (attempt: number, signal: AbortSignal): Promise<void> =>
  after(Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt), undefined, { signal }).catch(() => undefined);
