import { ChatSessionDocument, ChatSessionsDocument } from '../../generated/graphql.ts';
import { type Chat, enterSession, type Session } from '../chat.ts';
import { cleanLine } from '../clean-text.ts';
import { type Command, CommandError } from '../command.ts';
import { count } from '../count.ts';
import { messageLines } from '../message-lines.ts';
import { openSession } from '../open-session.ts';
import { when } from '../when.ts';
import { cutToWidth, padToWidth } from '../wrap.ts';

const LISTED = 20;
const HISTORY = 10;
const MOST_HISTORY = 100;

export const sessions: Command = {
  name: 'sessions',
  args: '[words]',
  help: 'your sessions, or those with words in their title',
  async run(chat, words) {
    const { nodes, hasMore } = await findSessions(chat, words);
    const none = words ? 'No session has that in its title.' : 'There is no session yet.';
    if (nodes.length === 0) throw new CommandError(none);
    chat.listed = nodes;
    const { terminal } = chat;
    terminal.print('', ...listLines(chat), '');
    if (hasMore) terminal.tell(terminal.style.quiet('  There are more: /sessions WORDS finds them.'), '');
  },
};

export const open: Command = {
  name: 'open',
  args: 'N|ID|words',
  help: 'go on with a session: its number, or words of its title',
  async run(chat, words) {
    if (words === '') throw new CommandError('Say which: /open 2, or /open words of its title. /sessions lists them.');
    const id = await findId(chat, words);
    if (id !== null) await openSession(chat, id);
  },
};

export const newSession: Command = {
  name: 'new',
  help: 'begin another session',
  async run(chat) {
    enterSession(chat, null);
    chat.terminal.tell('', chat.terminal.style.strong('  What is on your mind?'), '');
  },
};

export const history: Command = {
  name: 'history',
  args: '[n]',
  help: `the last ${HISTORY} messages, or n`,
  async run({ api, terminal, session }, words) {
    if (!session) throw new CommandError('This session begins with your next message.');
    const last = words === '' ? HISTORY : Number(words);
    if (!Number.isInteger(last) || last < 1) throw new CommandError('Say how many: /history 20');
    const { chatSession } = await api.insist(ChatSessionDocument, {
      id: session.id,
      last: Math.min(last, MOST_HISTORY),
    });
    const messages = (chatSession?.messages.nodes ?? []).filter(({ supersededBy }) => supersededBy === null);
    if (messages.length === 0) throw new CommandError('There is no message in this session yet.');
    terminal.print('', ...messages.flatMap((message) => [...messageLines(message, terminal), '']));
  },
};

export async function findSessions({ api }: Chat, words: string, state: 'ACTIVE' | 'DELETED' = 'ACTIVE') {
  const filter = { state, ...(words && { search: words }) };
  const { chatSessions } = await api.insist(ChatSessionsDocument, { first: LISTED, filter });
  return { nodes: chatSessions.nodes, hasMore: chatSessions.pageInfo.hasNextPage };
}

/** Null: there are several, and they were listed. @throws CommandError */
async function findId(chat: Chat, words: string): Promise<string | null> {
  if (/^[0-9a-f-]{36}$/i.test(words)) return words;
  if (/^\d{1,3}$/.test(words)) {
    if (chat.listed.length === 0) chat.listed = (await findSessions(chat, '')).nodes;
    const numbered = chat.listed[Number(words) - 1];
    if (numbered) return numbered.id;
  }
  const { nodes } = await findSessions(chat, words);
  if (nodes.length === 0)
    throw new CommandError('No session has that number, or that in its title. /sessions lists them.');
  if (nodes.length === 1) return nodes[0]?.id ?? null;
  chat.listed = nodes;
  chat.terminal.tell('', '  Several have that in their title. Which one? /open N', '', ...listLines(chat), '');
  return null;
}

/** A number, the title, and below it or beside it when and how much. In a pipe, where no number is remembered, the id. */
function listLines({ listed, session, terminal: { style, width, isInteractive } }: Chat): string[] {
  if (!isInteractive) return listed.map((each) => `${each.id}  ${cleanLine(each.title)}  ${factsOf(each)}`);
  const isNarrow = width < 60;
  const titleColumns = isNarrow ? width - NUMBER_COLUMNS : Math.max(20, width - NUMBER_COLUMNS - FACT_COLUMNS);
  return listed.flatMap((each, index) => {
    const number = style.thread(String(index + 1).padStart(4));
    const facts = factsOf(each) + (each.id === session?.id ? ' · here' : '');
    const title = cutToWidth(cleanLine(each.title), titleColumns);
    if (isNarrow) {
      return [`${number}  ${style.strong(title)}`, style.quiet(`      ${cutToWidth(facts, width - NUMBER_COLUMNS)}`)];
    }
    return [
      `${number}  ${style.strong(padToWidth(title, titleColumns))}  ${style.quiet(cutToWidth(facts, FACT_COLUMNS - 2))}`,
    ];
  });
}

const NUMBER_COLUMNS = 6;
const FACT_COLUMNS = 38;

function factsOf({ updatedAt, messageCount, tags, longTermMemory }: Session): string {
  const facts = [when(updatedAt), count(messageCount, 'message'), ...tags.map((tag) => `#${cleanLine(tag)}`)];
  return [...facts, ...(longTermMemory ? [] : ['memory off'])].join(' · ');
}
