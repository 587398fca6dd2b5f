import { ChatSessionDocument, type ChatSessionQuery } from '../generated/graphql.ts';
import { type Chat, enterSession } from './chat.ts';
import { cleanLine } from './clean-text.ts';
import { CommandError } from './command.ts';
import { count } from './count.ts';
import { indented, messageLines } from './message-lines.ts';
import { writeAndEnd } from './send.ts';
import { when } from './when.ts';
import { wrapText } from './wrap.ts';

const SHOWN_MESSAGES = 2;

/** Enters a session, shows where it stands, and follows a reply that is being written. @throws CommandError */
export async function openSession(chat: Chat, id: string): Promise<void> {
  const { api, terminal } = chat;
  const { chatSession } = await api.insist(ChatSessionDocument, { id, last: 10 });
  if (!chatSession)
    throw new CommandError('This session does not exist, or is not yours. /sessions lists those that are.');
  if (!chatSession.isActive) throw new CommandError('This session was deleted. /restore brings it back.');
  enterSession(chat, chatSession);
  const messages = chatSession.messages.nodes.filter(({ supersededBy }) => supersededBy === null);
  const running = chatSession.runningReply;
  chat.lastReplyId =
    messages.findLast(({ role, id: each }) => role === 'ASSISTANT' && each !== running?.id)?.id ?? null;
  const shown = messages.filter(({ id: each }) => each !== running?.id).slice(-SHOWN_MESSAGES);
  terminal.tell(
    '',
    ...headerLines(chatSession, chat),
    '',
    ...shown.flatMap((message) => [...messageLines(message, terminal), '']).slice(0, running ? -1 : undefined),
  );
  if (running) await writeAndEnd(chat, running.id, 'The coach is still at it…');
}

function headerLines(
  session: NonNullable<ChatSessionQuery['chatSession']>,
  { terminal: { style, width } }: Chat,
): string[] {
  const { title, messageCount, updatedAt, documents, longTermMemory, memory } = session;
  const all = memory.indexed + memory.pending + memory.failed;
  const inMemory = longTermMemory ? `${memory.indexed} of ${all} in memory` : 'memory off';
  const linked = documents.length > 0 ? [count(documents.length, 'document')] : [];
  const facts = [count(messageCount, 'message'), `last ${when(updatedAt)}`, inMemory, ...linked].join(' · ');
  return [
    ...wrapText(cleanLine(title), { width: width - 2 })
      .map(style.strong)
      .map(indented),
    ...wrapText(facts, { width: width - 2 })
      .map(style.quiet)
      .map(indented),
  ];
}
