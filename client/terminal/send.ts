import { randomUUID } from 'node:crypto';
import { SendMessageDocument, type SendMessageMutation } from '../generated/graphql.ts';
import { ApiError } from './api.ts';
import type { Chat } from './chat.ts';
import { endReply } from './end-reply.ts';
import { withStatus } from './status.ts';
import { writeReply } from './write-reply.ts';

export type Outcome = 'complete' | 'stopped' | 'failed';

/** Sends a message and writes the reply. What was not sent is the chat's draft. @throws ApiError, ServerAwayError */
export async function sendAndWrite(chat: Chat, content: string): Promise<Outcome> {
  // The same through all attempts: what was stored is not stored again.
  const idempotencyKey = randomUUID();
  const before =
    chat.session && chat.session.messageCount > 0 ? 'Looking through what you said before…' : 'Reading what you wrote…';
  for (;;) {
    try {
      const { session, reply } = await deliver(chat, content, idempotencyKey);
      chat.session = session;
      return await writeAndEnd(chat, reply.id, before);
    } catch (error) {
      const running = runningReplyOf(error);
      if (running === null) {
        chat.draft = content;
        throw error;
      }
      chat.terminal.warn('A reply is still being written here. Yours is sent when it has ended.');
      const outcome = await letEnd(chat, running, before);
      if (outcome === 'stopped') {
        chat.draft = content;
        return outcome;
      }
    }
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

/** Another reply: of interest to whoever looks on, not to who reads a pipe. */
async function letEnd(chat: Chat, replyId: string, before: string): Promise<Outcome> {
  if (chat.terminal.isInteractive) return writeAndEnd(chat, replyId, before);
  const reply = await writeReply(chat, replyId, { before, isSilent: true });
  return reply === null ? 'stopped' : 'complete';
}

async function deliver(
  chat: Chat,
  content: string,
  idempotencyKey: string,
): Promise<SendMessageMutation['sendMessage']> {
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
  return (await withStatus(terminal, () => status, send)).sendMessage;
}

const AWAY = 'The server does not answer. Trying again…';

/** The reply that is in the way; null: it was something else. */
function runningReplyOf(error: unknown): string | null {
  if (!(error instanceof ApiError) || error.code !== 'REPLY_IN_PROGRESS') return null;
  const { replyId } = error.details;
  return typeof replyId === 'string' ? replyId : null;
}
