import { setTimeout as after } from 'node:timers/promises';
import { CancelReplyDocument } from '../generated/graphql.ts';
import { followReply, type Reply, type ReplyMessage } from '../index.ts';
import type { Chat } from './chat.ts';
import { replyLines } from './message-lines.ts';
import { pipedText } from './piped-text.ts';
import { sayError } from './say-error.ts';
import { everyFrame, frameOf } from './status.ts';

/** A broken connection that is mended sooner is not worth a word. */
const RECONNECTING_AFTER_MS = 2_000;
const STILL_AFTER_MS = 10_000;
const LONG_AFTER_MS = 30_000;

export interface Waiting {
  /** What the coach does before the first word. */
  before: string;
  /** Only wait. */
  isSilent?: boolean;
}

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
    chat.api.request(CancelReplyDocument, { input: { messageId } }).catch((error: unknown) => {
      fault = error;
      leaving.abort();
    });
  };
  const release = chat.interrupts.listen(stop);
  const view = viewFor(chat, waiting, () => isStopping);
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

interface View {
  show(reply: Reply): void;
  close(): void;
}

function viewFor(chat: Chat, waiting: Waiting, isStopping: () => boolean): View {
  if (waiting.isSilent) return { show: () => undefined, close: () => undefined };
  return chat.terminal.isLive ? livingView(chat, waiting, isStopping) : pipedView(chat);
}

function livingView({ terminal, session }: Chat, { before }: Waiting, isStopping: () => boolean): View {
  const { style } = terminal;
  // As it was at the beginning: what stands on the screen was broken at that width.
  const { width } = terminal;
  const area = terminal.live();
  const startedAt = performance.now();
  const isRecorded = session?.longTermMemory ?? true;
  let reply: Reply | null = null;
  let brokenAt: number | null = null;

  const paint = () => {
    const now = performance.now();
    const isEnded = reply?.phase === 'ended';
    const text = reply?.text ?? '';
    const lines = replyLines(text, {
      width,
      style,
      isGrowing: !isEnded,
      memory: isRecorded ? 'PENDING' : 'NOT_RECORDED',
    });
    const status = isEnded ? null : statusOf(text !== '', now);
    const room = status !== null && lines.length > 0 ? [''] : [];
    const line = `${style.thread(frameOf(startedAt, now))} ${style.quiet(status ?? '')}`;
    area.paint([...lines, ...room, ...(status === null ? [] : [line])]);
  };
  const statusOf = (hasWords: boolean, now: number): string | null => {
    if (isStopping()) return 'Stopping…';
    if (brokenAt !== null && now - brokenAt > RECONNECTING_AFTER_MS) return 'Reconnecting…';
    if (hasWords) return null;
    const waited = now - startedAt;
    if (waited > LONG_AFTER_MS) return 'Still working… Ctrl-C stops it.';
    return waited > STILL_AFTER_MS ? 'Still working…' : before;
  };

  const stopFrames = everyFrame(paint);
  paint();
  return {
    show(next) {
      reply = next;
      brokenAt = next.phase === 'reconnecting' ? (brokenAt ?? performance.now()) : null;
      paint();
    },
    close() {
      stopFrames();
      const text = reply?.text ?? '';
      const memory = isRecorded ? 'PENDING' : 'NOT_RECORDED';
      area.close(replyLines(text, { width, style, isGrowing: false, memory }));
    },
  };
}

function pipedView({ terminal }: Chat): View {
  const text = pipedText((piece) => void terminal.output.write(piece));
  return {
    show: (reply) => text.show(reply.text, reply.phase === 'ended'),
    close: () => {
      if (!text.end()) terminal.tell('The server stopped, and kept a little less of the text than was printed here.');
    },
  };
}
