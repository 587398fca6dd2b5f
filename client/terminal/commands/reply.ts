import { randomUUID } from 'node:crypto';
import { GenerateReportDocument, ReplyPromptDocument, RetryReplyDocument } from '../../generated/graphql.ts';
import type { Chat } from '../chat.ts';
import { type Command, CommandError, type CommandOutcome } from '../command.ts';
import { type Outcome, writeAndEnd } from '../send.ts';
import { withStatus } from '../status.ts';
import { whyLines } from '../why.ts';

export const why: Command = {
  name: 'why',
  help: 'what the last reply was based on',
  async run(chat) {
    const { api, terminal } = chat;
    const { chatMessage } = await api.insist(ReplyPromptDocument, { id: lastReplyOf(chat) });
    if (!chatMessage?.prompt) throw new CommandError('Nothing is known yet of what that reply was based on.');
    terminal.print(...whyLines(chatMessage.prompt, terminal));
  },
};

export const retry: Command = {
  name: 'retry',
  help: 'have the last reply written again',
  async run(chat) {
    const messageId = lastReplyOf(chat);
    const { retryReply } = await chat.api.insist(RetryReplyDocument, { input: { messageId } });
    return outcomeOf(await writeAndEnd(chat, retryReply.message.id, 'Thinking again…'));
  },
};

export const reportCommand: Command = {
  name: 'report',
  args: '[focus]',
  help: 'a report on this session; after /new, on all of them',
  async run(chat, focus) {
    const { api, terminal, session } = chat;
    if (!session) terminal.tell(terminal.style.quiet('  On every session, written into a new one.'));
    const idempotencyKey = randomUUID();
    const input = { idempotencyKey, ...(session && { sessionId: session.id }), ...(focus && { focus }) };
    const begin = () => api.insist(GenerateReportDocument, { input });
    const { generateReport } = await withStatus(terminal, () => 'Asking for the report…', begin);
    chat.session = generateReport.session;
    return outcomeOf(await writeAndEnd(chat, generateReport.report.id, 'Gathering what you said…'));
  },
};

function lastReplyOf({ lastReplyId }: Chat): string {
  if (lastReplyId === null) throw new CommandError('There is no reply in this session yet.');
  return lastReplyId;
}

const outcomeOf = (outcome: Outcome): CommandOutcome => (outcome === 'complete' ? undefined : 'failed');
