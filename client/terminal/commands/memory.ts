import { ChatSessionDocument, SetLongTermMemoryDocument } from '../../generated/graphql.ts';
import type { Chat, Session } from '../chat.ts';
import { type Command, CommandError } from '../command.ts';
import { count } from '../count.ts';
import { knot } from '../message-lines.ts';
import { wrapText } from '../wrap.ts';
import { hereIn } from './session-changes.ts';

export const memory: Command = {
  name: 'memory',
  args: '[on|off]',
  help: 'what is in memory, and whether it is used; also across on|off',
  async run(chat, words) {
    if (!chat.session && /^(on|off)$/i.test(words)) return beginWith(chat, words.toLowerCase() === 'on');
    const session = hereIn(chat);
    const change = CHANGES[words.toLowerCase().replace(/\s+/g, ' ')];
    if (words === '') return show(chat, session);
    if (!change) throw new CommandError('Say /memory on or off, or /memory across on or off.');
    const input = { sessionId: session.id, ...change };
    const { setLongTermMemory } = await chat.api.insist(SetLongTermMemoryDocument, { input });
    chat.session = setLongTermMemory.session;
    tellStanding(chat, chat.session);
    chat.terminal.tell('');
  },
};

function beginWith(chat: Chat, remembers: boolean): void {
  chat.remembers = remembers;
  chat.terminal.tell(`  The session that begins with your next message has memory ${remembers ? 'on' : 'off'}.`, '');
}

const CHANGES: Readonly<Record<string, { enabled?: boolean; crossSession?: boolean }>> = {
  on: { enabled: true },
  off: { enabled: false },
  'across on': { crossSession: true },
  'across off': { crossSession: false },
};

async function show(chat: Chat, { id }: Session): Promise<void> {
  const { chatSession } = await chat.api.insist(ChatSessionDocument, { id, last: 1 });
  if (!chatSession) throw new CommandError('This session is gone.');
  chat.session = chatSession;
  tellStanding(chat, chatSession);
  const { indexed, pending, failed } = chatSession.memory;
  const { style } = chat.terminal;
  const counts = [
    `${knot('INDEXED', style)} ${indexed} in memory`,
    ...(pending > 0 ? [`${knot('PENDING', style)} ${pending} on the way`] : []),
    ...(failed > 0 ? [`${knot('FAILED', style)} ${count(failed, 'message')} could not be recorded`] : []),
  ];
  chat.terminal.tell(...(chatSession.longTermMemory ? counts.map((line) => `  ${line}`) : []), '');
}

function tellStanding({ terminal }: Chat, { longTermMemory, crossSessionMemory }: Session): void {
  const text = longTermMemory
    ? `Memory is on: replies here can recall what was said in this session${crossSessionMemory ? ' and in your others that also cross' : ''}.`
    : 'Memory is off: nothing is recalled into replies here, and nothing of it is recorded. What was recorded is kept, unused, until it is on again.';
  terminal.tell(...wrapText(text, { width: terminal.width, first: '  ' }));
}
