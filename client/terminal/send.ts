import { randomUUID } from 'node:crypto';
import { SendMessageDocument, type SendMessageMutation } from '../generated/graphql.ts';
import { ApiError } from './api.ts';
import type { Chat } from './chat.ts';
import { endReply } from './end-reply.ts';
import { withStatus } from './status.ts';
import { writeReply } from './write-reply.ts';

export type Outcome = 'complete' | 'stopped' | 'failed';

/** Sends a message and writes the reply. What was not answered is the chat's draft. @throws ApiError, ServerAwayError */
export async function sendAndWrite(chat: Chat, content: string): Promise<Outcome> {
  const idempotencyKey = keyFor(chat, content);
  const before = chat.session?.messageCount ? 'Looking through what you said before…' : 'Reading what you wrote…';
  chat.draft = content;
  for (;;) {
    const sent = await deliver(chat, content, idempotencyKey);
    if (!('runningReplyId' in sent)) {
      chat.session = sent.session;
      chat.draft = '';
      chat.unanswered = null;
      return writeAndEnd(chat, sent.reply.id, before);
    }
    chat.terminal.warn('A reply is still being written here. Yours is sent when it has ended.');
    if ((await letEnd(chat, sent.runningReplyId, before)) === 'stopped') return 'stopped';
  }
}

/** Follows a reply to its end and shows what belongs below it. */
export async function writeAndEnd(chat: Chat, replyId: string, before: string): Promise<Outcome> {
  const { isInteractive, tell } = chat.terminal;
  chat.lastReplyId = replyId;
  if (isInteractive) tell('');
  const reply = await writeReply(chat, replyId, { before });
  const outcome = await endReply(chat, reply);
  if (isInteractive) tell('');
  return outcome;
}

/** The same through all attempts: what was stored is not stored again. */
function keyFor(chat: Chat, content: string): string {
  const { unanswered, session } = chat;
  const sessionId = session?.id ?? null;
  const isSame = unanswered?.content === content && unanswered.sessionId === sessionId;
  const key = isSame ? unanswered.key : randomUUID();
  chat.unanswered = { content, sessionId, key };
  return key;
}

/** Another reply: of interest to whoever looks on, not to who reads a pipe. */
async function letEnd(chat: Chat, replyId: string, before: string): Promise<Outcome> {
  if (chat.terminal.isInteractive) return writeAndEnd(chat, replyId, before);
  const reply = await writeReply(chat, replyId, { before, isSilent: true });
  return reply === null ? 'stopped' : 'complete';
}

type Delivered = SendMessageMutation['sendMessage'] | { runningReplyId: string };

async function deliver(chat: Chat, content: string, idempotencyKey: string): Promise<Delivered> {
  const { api, session, terminal, remembers } = chat;
  let status = 'Sending…';
  const where = session ? { sessionId: session.id } : { newSession: { longTermMemory: remembers } };
  const input = { content, idempotencyKey, ...where };
  const onAway = () => {
    const isNews = status !== AWAY;
    status = AWAY;
    if (isNews && !terminal.isLive) terminal.tell(status);
  };
  const send = () => api.insist(SendMessageDocument, { input }, onAway);
  try {
    return (await withStatus(terminal, () => status, send)).sendMessage;
  } catch (error) {
    const runningReplyId = runningReplyOf(error);
    if (runningReplyId === null) throw error;
    return { runningReplyId };
  }
}

const AWAY = 'The server does not answer. Trying again…';

/** The reply that is in the way; null: it was something else. */
function runningReplyOf(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== 'REPLY_IN_PROGRESS') return null;
  const { replyId } = error.details;
  return typeof replyId === 'string' ? replyId : null;
}
