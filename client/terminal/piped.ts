import { text as readAll } from 'node:stream/consumers';
import { ChatSessionDocument } from '../generated/graphql.ts';
import { ApiError } from './api.ts';
import type { Chat } from './chat.ts';
import { runCommand } from './commands.ts';
import { UsageError } from './options.ts';
import { sendAndWrite } from './send.ts';

/** All of stdin is one message, or one command. @returns the exit code. @throws UsageError where there is nothing */
export async function sendPiped(chat: Chat, sessionId: string | null): Promise<number> {
  const { terminal, api } = chat;
  const content = (await readAll(terminal.input)).trim();
  if (content === '') throw new UsageError('There is nothing to send: the message is what comes through the pipe.');
  if (sessionId !== null) {
    const { chatSession } = await api.insist(ChatSessionDocument, { id: sessionId, last: 1 });
    if (!chatSession?.isActive)
      throw new ApiError('NOT_FOUND', `There is no session ${sessionId}, or it is not yours.`);
    chat.session = chatSession;
    chat.lastReplyId = chatSession.messages.nodes.findLast(({ role }) => role === 'ASSISTANT')?.id ?? null;
  }
  if (/^\/[a-z]+( .*)?$/i.test(content)) return (await runCommand(chat, content)) === 'failed' ? 1 : 0;
  const outcome = await sendAndWrite(chat, content);
  if (sessionId === null && chat.session) terminal.tell(`To go on: --session ${chat.session.id}`);
  return outcome === 'complete' ? 0 : 1;
}
