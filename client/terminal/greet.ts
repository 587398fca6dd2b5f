import { ChatSessionsDocument, ServerDocument, type ServerQuery } from '../generated/graphql.ts';
import type { Chat } from './chat.ts';
import { cleanLine } from './clean-text.ts';
import type { Server } from './find-server.ts';
import { openSession } from './open-session.ts';
import type { Options } from './options.ts';
import { withStatus } from './status.ts';
import { wrapText } from './wrap.ts';

/** Where one is, who answers, and where the talk stands. */
export async function greet(chat: Chat, server: Server, options: Options): Promise<void> {
  const { api, terminal } = chat;
  const { style, width } = terminal;
  const say = (text: string, paint = style.quiet) =>
    terminal.tell(...wrapText(text, { width, first: '  ' }).map((line) => paint(line)));
  const begin = () => Promise.all([api.insist(ServerDocument, {}), sessionToOpen(chat, options)]);
  const [status, sessionId] = await withStatus(terminal, () => 'Connecting…', begin);
  terminal.tell('', `  ${style.thread('●')} ${style.strong('Carryover')} ${style.quiet(`· ${server.url}`)}`);
  if (server.own) say(ownServerNote(server.own));
  say(whoAnswers(status.modelStatus));
  if (status.modelStatus.state === 'UNREACHABLE') {
    terminal.warn(`The model does not answer now. ${cleanLine(status.modelStatus.error ?? '')}`.trim());
  }
  if (sessionId !== null) await openSession(chat, sessionId);
  else
    terminal.tell(
      '',
      style.strong('  What is on your mind?'),
      style.quiet('  /help lists what else you can do here.'),
      '',
    );
}

export const ownServerNote = ({ database }: { database: string }): string =>
  `No server was running, so this is one of its own, for as long as you are here. What is said is kept in ${database}.`;

function whoAnswers({ provider, chatModel }: ServerQuery['modelStatus']): string {
  return provider === 'OFFLINE'
    ? 'No model is connected. The built-in responder answers by rules and by quoting you.'
    : `Replies come from ${cleanLine(chatModel)}.`;
}

/** Null: a new one. */
async function sessionToOpen({ api }: Chat, { sessionId, isNew }: Options): Promise<string | null> {
  if (sessionId !== null || isNew) return sessionId;
  const { chatSessions } = await api.insist(ChatSessionsDocument, { first: 1 });
  return chatSessions.nodes[0]?.id ?? null;
}
