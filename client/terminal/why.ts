import stringWidth from 'string-width';
import type { ManifestFieldsFragment, PromptSectionKind } from '../generated/graphql.ts';
import { cleanLine } from './clean-text.ts';
import { count, thousands } from './count.ts';
import { indented } from './message-lines.ts';
import type { Style } from './style.ts';
import { when } from './when.ts';
import { cutToWidth, padToWidth, wrapText } from './wrap.ts';

type Section = ManifestFieldsFragment['sections'][number];
type Item = Section['items'][number];

interface Look {
  width: number;
  style: Style;
}

const NAMES: Record<PromptSectionKind, string> = {
  INSTRUCTIONS: 'Instructions',
  DOCUMENTS: 'Documents',
  MEMORY: 'Memory',
  RECENT_TURNS: 'Recent turns',
  USER_MESSAGE: 'Your message',
};
const NAME_COLUMNS = 13;
const NUMBER_COLUMNS = 15;
const WIDEST_BAR = 36;

/** What a reply was based on: how much of what, then each source, and why what is missing is missing. */
export function whyLines(prompt: ManifestFieldsFragment, look: Look): string[] {
  const { style, width } = look;
  const { sections, notes, usedTokens, budgetTokens } = prompt;
  const used = `${thousands(usedTokens)} of ${thousands(budgetTokens)} tokens used`;
  return [
    '',
    ...wrapText(`Why this answer · ${used}`, { width: width - 2 })
      .map(style.strong)
      .map(indented),
    '',
    ...notes.flatMap((note) => wrapText(cleanLine(note), { width, first: '  ! ', rest: '    ' })).map(style.warn),
    ...(notes.length > 0 ? [''] : []),
    ...barLines(sections, look).map(indented),
    ...sections.flatMap((section) => sourceLines(section, look)),
    '',
  ];
}

/** On one scale: filled is what was sent, light what was wanted but cut. */
function barLines(sections: readonly Section[], { width, style }: Look): string[] {
  const most = Math.max(1, ...sections.map(({ tokens, wantedTokens }) => Math.max(tokens, wantedTokens)));
  const columns = Math.max(4, Math.min(WIDEST_BAR, width - 2 - NAME_COLUMNS - NUMBER_COLUMNS - 1));
  return sections.map(({ kind, tokens, wantedTokens }) => {
    const cells = (amount: number) => Math.min(columns, Math.ceil((amount / most) * columns));
    const sent = cells(tokens);
    const cut = Math.max(0, cells(Math.max(tokens, wantedTokens)) - sent);
    const bar = colourOf(kind, style)('█'.repeat(sent)) + style.quiet('░'.repeat(cut));
    const room = ' '.repeat(columns - sent - cut);
    const wanted = wantedTokens > tokens ? ` of ${thousands(wantedTokens)}` : '';
    return `${padToWidth(NAMES[kind], NAME_COLUMNS)}${bar}${room} ${`${thousands(tokens)}${wanted}`}`;
  });
}

function colourOf(kind: PromptSectionKind, style: Style): (text: string) => string {
  if (kind === 'MEMORY') return style.thread;
  if (kind === 'DOCUMENTS') return style.documents;
  if (kind === 'RECENT_TURNS') return style.recent;
  return kind === 'USER_MESSAGE' ? style.strong : style.quiet;
}

function sourceLines(section: Section, look: Look): string[] {
  const { kind, items, summarized } = section;
  if (items.length === 0 || kind === 'USER_MESSAGE' || kind === 'INSTRUCTIONS') return [];
  const { style } = look;
  const sent = items.filter(({ decision }) => decision === 'INCLUDED');
  const shortened = items.filter(({ decision }) => decision === 'TRUNCATED');
  const name = colourOf(kind, style)(NAMES[kind]);
  return [
    '',
    indented(name + (summarized ? style.quiet(', condensed with your question in mind') : '')),
    ...(kind === 'RECENT_TURNS' ? turnLines(sent, look) : sent.flatMap((item) => itemLines(item, '● Sent', look))),
    ...shortened.flatMap((item) => itemLines(item, '◐ Shortened', look)),
    ...leftOutLines(items, look),
  ];
}

/** They follow on each other: one line for all of them. */
function turnLines(sent: readonly Item[], look: Look): string[] {
  const [first, last] = [sent[0]?.source, sent.at(-1)?.source];
  if (sent.length === 0) return [];
  const hasRange = sent.length > 1 && first && last && 'seq' in first && 'seq' in last;
  const range = hasRange ? `messages ${first.seq} to ${last.seq}` : count(sent.length, 'message');
  return wrapText(`● Sent · ${range}`, margins(look));
}

function itemLines({ reason, score, source, excerpt, tokens }: Item, word: string, look: Look): string[] {
  const facts = [
    word,
    sourceOf(source),
    ...(score === null ? [] : [score.toFixed(2)]),
    count(tokens, 'token'),
    ...(reason === null ? [] : [cleanLine(reason)]),
  ].join(' · ');
  return [...wrapText(facts, margins(look)), ...quotation(excerpt, look)];
}

const MOST_LEFT_OUT = 4;

/** By reason, in the server's words. */
function leftOutLines(items: readonly Item[], look: Look): string[] {
  const leftOut = items.filter(({ decision }) => decision === 'DROPPED');
  return [...Map.groupBy(leftOut, ({ reason }) => reason)].flatMap(([reason, those]) => [
    ...wrapText(`○ Left out${reason === null ? '' : ` · ${cleanLine(reason)}`}`, margins(look)),
    ...those
      .slice(0, MOST_LEFT_OUT)
      .flatMap(({ source, excerpt }) => quotation(excerpt, look, `${sourceOf(source)} · `)),
    ...(those.length > MOST_LEFT_OUT ? [look.style.quiet(`    and ${those.length - MOST_LEFT_OUT} more`)] : []),
  ]);
}

/** On one line. */
function quotation(excerpt: string, { width, style }: Look, before = ''): string[] {
  const text = cleanLine(excerpt);
  const room = width - INDENT - 2 - stringWidth(before);
  return text === '' ? [] : [style.quiet(`    ${before}“${cutToWidth(text, Math.max(1, room))}”`)];
}

const INDENT = 4;

const margins = ({ width }: Look) => ({ width, first: '  ', rest: '    ' });

function sourceOf(source: Item['source']): string {
  if (source === null) return 'deleted';
  if ('document' in source) return `${cleanLine(source.document.filename)}, passage ${source.position + 1}`;
  return `${source.role === 'USER' ? 'You' : 'Coach'}, ${when(source.createdAt)}`;
}
