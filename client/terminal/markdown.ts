import type { Style } from './style.ts';
import { type Span, wrapSpans } from './wrap.ts';

export interface Rendering {
  width: number;
  style: Style;
  /** More may follow: what is open in the last line is shown as if it were closed. */
  isGrowing?: boolean;
}

/** A text of a coach's as lines of the terminal. A line's end in the text is one on the screen. */
export function renderMarkdown(text: string, { width, style, isGrowing = false }: Rendering): string[] {
  const sourceLines = text.split('\n');
  let isCode = false;
  return sourceLines.flatMap((source, index) => {
    if (/^\s*(```|~~~)/.test(source)) {
      isCode = !isCode;
      return [];
    }
    if (isCode) return hardLines(source, width).map(style.code);
    const isLast = index === sourceLines.length - 1;
    return renderLine(isGrowing && isLast ? withOpenClosed(source) : source, { width, style });
  });
}

function renderLine(source: string, { width, style }: Rendering): string[] {
  if (source.trim() === '') return [''];
  const [, heading] = /^#{1,6}\s+(.*)$/.exec(source) ?? [];
  if (heading !== undefined) return wrapSpans([{ text: plainOf(heading, style), paint: style.strong }], { width });
  if (/^\s*([-*_])(\s*\1){2,}\s*$/.test(source)) return [style.quiet('─'.repeat(Math.min(width, 24)))];
  const [, quoted] = /^\s*>\s?(.*)$/.exec(source) ?? [];
  if (quoted !== undefined) return wrapSpans(inline(quoted, style), { width, first: style.quiet('│ ') });
  const [, indent = '', bullet, item] = /^(\s*)([-*+]|\d{1,3}[.)])\s+(.*)$/.exec(source) ?? [];
  if (bullet === undefined || item === undefined) return wrapSpans(inline(source, style), { width });
  const mark = /\d/.test(bullet) ? bullet : '•';
  const margin = ' '.repeat(Math.min(indent.length, 6));
  const first = `${margin}${style.quiet(mark)} `;
  return wrapSpans(inline(item, style), { width, first, rest: ' '.repeat(margin.length + mark.length + 1) });
}

/** What is longer is shown with its marks, so that no text takes long to look through. */
const INLINE =
  /`([^`]{1,999})`|\*\*(?=\S)(.{1,999}?)(?<=\S)\*\*|__(?=\S)(.{1,999}?)(?<=\S)__|(?<![\w*])\*(?=[^\s*])(.{1,999}?)(?<=[^\s*])\*(?![\w*])|(?<![\w_])_(?=[^\s_])(.{1,999}?)(?<=[^\s_])_(?![\w_])|!?\[([^\]]{1,999})\]\(([^)\s]{1,999})\)|(\[\d{1,3}\])/g;

/** Emphasis, code, links and citations; one within another keeps the outer one's style as well. */
function inline(text: string, style: Style, outer: (text: string) => string = (same) => same): Span[] {
  const spans: Span[] = [];
  let end = 0;
  for (const found of text.matchAll(INLINE)) {
    spans.push({ text: text.slice(end, found.index), paint: outer }, ...markedSpans(found, style, outer));
    end = found.index + found[0].length;
  }
  return [...spans, { text: text.slice(end), paint: outer }];
}

function markedSpans(found: RegExpExecArray, style: Style, outer: (text: string) => string): Span[] {
  const [whole, code, bold, alsoBold, italic, alsoItalic, label, address, citation] = found;
  const within = (inner: string, paint: (text: string) => string) =>
    inline(inner, style, (piece) => outer(paint(piece)));
  if (code !== undefined) return [{ text: code, paint: style.code }];
  if (citation !== undefined) return [{ text: citation, paint: style.thread }];
  if (label !== undefined) {
    const isImage = whole.startsWith('!');
    return [
      ...within(label, style.emphasis),
      ...(isImage ? [] : [{ text: ` (${address ?? ''})`, paint: style.quiet }]),
    ];
  }
  const strong = bold ?? alsoBold;
  return strong === undefined ? within(italic ?? alsoItalic ?? '', style.emphasis) : within(strong, style.strong);
}

const plainOf = (text: string, style: Style): string =>
  inline(text, style)
    .map((span) => span.text)
    .join('');

/** So that a word does not change its look when the end of its emphasis comes. */
function withOpenClosed(line: string): string {
  const count = (mark: RegExp) => line.match(mark)?.length ?? 0;
  if (count(/`/g) % 2 === 1) return `${line}\``;
  if (count(/\*\*/g) % 2 === 1) return `${line}**`;
  const stars = line.replaceAll('**', '').replace(/^\s*\*\s/, '');
  return (stars.match(/\*/g)?.length ?? 0) % 2 === 1 ? `${line}*` : line;
}

/** Code keeps its spaces. */
function hardLines(line: string, width: number): string[] {
  const room = Math.max(1, width - 2);
  const pieces = line.match(new RegExp(`.{1,${room}}`, 'gu')) ?? [''];
  return pieces.map((piece) => `  ${piece}`);
}
