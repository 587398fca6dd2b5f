import stringWidth from 'string-width';
import type { MemoryState } from '../generated/graphql.ts';
import type { Message } from './chat.ts';
import { cleanLine, cleanText } from './clean-text.ts';
import { renderMarkdown } from './markdown.ts';
import type { Style } from './style.ts';
import { when } from './when.ts';
import { cutToWidth, wrapText } from './wrap.ts';

interface Look {
  width: number;
  style: Style;
}

interface ReplyLook extends Look {
  isGrowing: boolean;
  memory: MemoryState;
}

const MARGIN = 2;

/** The red thread: filled, in memory; hollow, on its way; a grey dot, not recorded. */
export function knot(memory: MemoryState, style: Style): string {
  if (memory === 'INDEXED') return style.thread('●');
  if (memory === 'PENDING') return style.thread('○');
  return memory === 'FAILED' ? style.warn('!') : style.quiet('·');
}

/** A reply with its knot. While it grows its last word waits to be whole, so that no word jumps to the next line. */
export function replyLines(text: string, { width, style, isGrowing, memory }: ReplyLook): string[] {
  const shown = cleanText(isGrowing ? wholeWords(text) : text).trim();
  if (shown === '') return [];
  const lines = renderMarkdown(shown, { width: width - MARGIN, style, isGrowing });
  return lines.map((line, index) => (index === 0 ? `${knot(memory, style)} ${line}` : indented(line)));
}

/** Some languages have no spaces, and some words no end. */
const LONGEST_WORD = 30;

/** Of a list, a heading or a quotation of which nothing is known yet. */
const BARE_MARK = /(?<=^|\n)[ \t]*(?:[-*+>]|#{1,6}|\d{1,3}[.)])\s*$/;

function wholeWords(text: string): string {
  const [word = ''] = /\S*$/.exec(text.slice(-LONGEST_WORD - 1)) ?? [];
  if (word.length > LONGEST_WORD) return text;
  return text.slice(0, text.length - word.length).replace(BARE_MARK, '');
}

export const indented = (line: string): string => (line === '' ? '' : `${' '.repeat(MARGIN)}${line}`);

/** A message as it stands in the history. */
export function messageLines(message: Message, look: Look): string[] {
  const { style, width } = look;
  const { role, content, memory, createdAt, status, type } = message;
  const at = when(createdAt);
  if (role === 'USER') {
    const text = cleanText(content).split('\n');
    const first = `${style.strong('›')} `;
    return [
      style.quiet(`  You, ${at}`),
      ...text.flatMap((line, index) => wrapText(line, { width, first: index === 0 ? first : '  ', rest: '  ' })),
    ];
  }
  const who = type === 'REPORT' ? 'Report' : 'Coach';
  const ended = status === 'CANCELLED' ? ', stopped' : status === 'FAILED' ? ', cut off' : '';
  return [style.quiet(`  ${who}, ${at}${ended}`), ...replyLines(content, { ...look, isGrowing: false, memory })];
}

/** The sources behind the [n] of a text. */
export function citationLines({ citations, content }: Message, { width, style }: Look): string[] {
  const cited = citations.filter(({ marker }) => content.includes(`[${marker}]`));
  return cited.map(({ marker, source, excerpt }) => {
    const mark = `[${marker}]`;
    const from = cutToWidth(sourceName(source), width - MARGIN - mark.length - 1);
    const room = width - MARGIN - mark.length - 1 - stringWidth(from) - QUOTE_COLUMNS;
    const quoted = excerpt && room > SHORTEST_QUOTE ? ` · “${cutToWidth(cleanLine(excerpt), room)}”` : '';
    return indented(`${style.thread(mark)} ${from}${style.quiet(quoted)}`);
  });
}

/** What stands around a quotation. */
const QUOTE_COLUMNS = 5;
const SHORTEST_QUOTE = 12;

type Source = Message['citations'][number]['source'];

export function sourceName(source: Source): string {
  if (source === null) return 'deleted';
  if ('document' in source) return `${cleanLine(source.document.filename)}, passage ${source.position + 1}`;
  return `${when(source.createdAt)}, ${cleanLine(source.session.title)}`;
}
