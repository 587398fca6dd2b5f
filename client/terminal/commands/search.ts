import { SearchMemoryDocument } from '../../generated/graphql.ts';
import { cleanLine } from '../clean-text.ts';
import { type Command, CommandError } from '../command.ts';
import { when } from '../when.ts';
import { cutToWidth, wrapText } from '../wrap.ts';

export const search: Command = {
  name: 'search',
  args: 'WORDS',
  help: 'what memory holds about something, in all sessions',
  async run({ api, terminal }, query) {
    if (query === '') throw new CommandError('Say what about: /search sleep');
    const { searchMemory } = await api.insist(SearchMemoryDocument, { input: { query, first: 5 } });
    if (searchMemory.length === 0) throw new CommandError('Nothing in memory comes near that.');
    const { style, width } = terminal;
    terminal.print('');
    for (const { score, excerpt, message } of searchMemory) {
      const from = `${when(message.createdAt)}, ${cleanLine(message.session.title)}`;
      const head = `${style.thread('●')} ${style.quiet(cutToWidth(`${score.toFixed(2)} · ${from}`, width - 4))}`;
      terminal.print(`  ${head}`, ...wrapText(`“${cleanLine(excerpt)}”`, { width, first: '    ' }), '');
    }
  },
};
