import type { Chat } from './chat.ts';
import { cleanLine } from './clean-text.ts';
import { type Command, CommandError, type CommandOutcome } from './command.ts';
import { documents } from './commands/documents.ts';
import { memory } from './commands/memory.ts';
import { reportCommand, retry, why } from './commands/reply.ts';
import { search } from './commands/search.ts';
import { remove, rename, restore } from './commands/session-changes.ts';
import { history, newSession, open, sessions } from './commands/sessions.ts';
import { usage } from './commands/usage.ts';
import { nearest } from './nearest.ts';
import { padToWidth, wrapText } from './wrap.ts';

const help: Command = {
  name: 'help',
  help: 'this list',
  run: async (chat) => chat.terminal.print('', ...helpLines(chat), ''),
};

const quit: Command = {
  name: 'quit',
  help: 'leave, as Ctrl-D does',
  run: async () => 'leave',
};

export const commands: readonly Command[] = [
  ...[why, retry, reportCommand, history],
  ...[sessions, open, newSession, rename, remove, restore],
  ...[memory, search, documents, usage, help, quit],
];

const ALIASES: Readonly<Record<string, string>> = { exit: 'quit', q: 'quit', '?': 'help', session: 'sessions' };

/** @param line what was typed, from its `/` on. @throws CommandError where there is no such command */
export async function runCommand(chat: Chat, line: string): Promise<CommandOutcome> {
  const [, typed = '', words = ''] = /^\/(\S*)\s*(.*)$/s.exec(line.trim()) ?? [];
  const name = typed.toLowerCase();
  const command = commands.find((each) => each.name === (ALIASES[name] ?? name));
  if (command) return command.run(chat, words.trim());
  const meant = nearest(name, namesOfCommands);
  const shown = cleanLine(`/${typed}`);
  throw new CommandError(
    `There is no ${shown}. ${meant ? `Did you mean /${meant}?` : '/help lists what there is.'} To send a text that begins so, put a space before it.`,
  );
}

const namesOfCommands = commands.map(({ name }) => name);

export const completions = (line: string): string[] =>
  namesOfCommands.map((name) => `/${name} `).filter((name) => name.startsWith(line));

const HELP_COLUMNS = 25;

function helpLines({ terminal: { style, width } }: Chat): string[] {
  const isNarrow = width < 60;
  const lines = commands.flatMap(({ name, args = '', help: text }) => {
    const call = `/${name} ${args}`.trimEnd();
    const shown = style.strong(`/${name}`) + style.quiet(` ${args}`.trimEnd());
    if (isNarrow) return [`  ${shown}`, ...wrapText(text, { width, first: '      ' })];
    const first = `  ${shown}${' '.repeat(Math.max(1, HELP_COLUMNS - call.length))}`;
    return wrapText(text, { width, first, rest: padToWidth('', HELP_COLUMNS + 2) });
  });
  const keys = 'Ctrl-C stops a reply. A \\ at the end of a line goes on in the next; what is pasted stays one message.';
  return [...lines, '', ...wrapText(keys, { width, first: '  ' }).map(style.quiet)];
}
