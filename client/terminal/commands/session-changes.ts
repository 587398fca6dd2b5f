import {
  DeleteChatSessionDocument,
  RestoreChatSessionDocument,
  UpdateChatSessionDocument,
} from '../../generated/graphql.ts';
import { type Chat, enterSession, type Session } from '../chat.ts';
import { cleanLine } from '../clean-text.ts';
import { type Command, CommandError } from '../command.ts';
import { openSession } from '../open-session.ts';
import { findSessions } from './sessions.ts';

export const rename: Command = {
  name: 'rename',
  args: 'TITLE',
  help: 'give this session a title',
  async run(chat, title) {
    const { id } = hereIn(chat);
    if (title === '') throw new CommandError('Say what to call it: /rename Getting mornings back');
    const { updateChatSession } = await chat.api.insist(UpdateChatSessionDocument, { input: { id, title } });
    chat.session = updateChatSession.session;
    chat.terminal.tell(`  It is called “${cleanLine(chat.session.title)}” now.`, '');
  },
};

export const remove: Command = {
  name: 'delete',
  help: 'delete this session; /restore brings it back',
  async run(chat) {
    const session = hereIn(chat);
    await chat.api.insist(DeleteChatSessionDocument, { input: { id: session.id } });
    chat.deleted = session;
    chat.listed = [];
    enterSession(chat, null);
    chat.terminal.tell(`  “${cleanLine(session.title)}” is deleted, and out of memory. /restore brings it back.`, '');
  },
};

export const restore: Command = {
  name: 'restore',
  args: '[words]',
  help: 'bring back the last that was deleted, or another',
  async run(chat, words) {
    const id = words === '' && chat.deleted ? chat.deleted.id : await deletedId(chat, words);
    const { restoreChatSession } = await chat.api.insist(RestoreChatSessionDocument, { input: { id } });
    chat.deleted = null;
    chat.listed = [];
    await openSession(chat, restoreChatSession.session.id);
  },
};

async function deletedId(chat: Chat, words: string): Promise<string> {
  if (/^[0-9a-f-]{36}$/i.test(words)) return words;
  const { nodes } = await findSessions(chat, words, 'DELETED');
  const [found] = nodes;
  if (!found) throw new CommandError(words ? 'No deleted session has that in its title.' : 'No session is deleted.');
  return found.id;
}

/** @throws CommandError before the first message of a session */
export function hereIn({ session }: Chat): Session {
  if (!session) throw new CommandError('This session begins with your next message. /open goes to another.');
  return session;
}
