import stringWidth from 'string-width';

export interface Span {
  text: string;
  paint: (text: string) => string;
}

export interface Wrapping {
  /** Columns, with the indents. */
  width: number;
  /** Before the first line; may be styled. */
  first?: string;
  /** Before each further line. */
  rest?: string;
}

const plain = (text: string): string => text;
const graphemes = new Intl.Segmenter();

/** Words of text without style. */
export const wrapText = (text: string, wrapping: Wrapping): string[] => wrapSpans([{ text, paint: plain }], wrapping);

/** Breaks at spaces; a word that is wider than a line is broken where the line ends. */
export function wrapSpans(spans: readonly Span[], { width, first = '', rest = first }: Wrapping): string[] {
  const lines: string[] = [];
  let line = first;
  let column = stringWidth(first);
  let isEmpty = true;
  const breakLine = () => {
    lines.push(line);
    line = rest;
    column = stringWidth(rest);
    isEmpty = true;
  };
  for (const word of wordsOf(spans)) {
    const wordWidth = widthOf(word);
    if (!isEmpty && column + 1 + wordWidth > width) breakLine();
    if (!isEmpty) {
      line += ' ';
      column += 1;
    }
    for (const { text, paint } of fitted(word, column, width)) {
      if (text === '\n') {
        breakLine();
        continue;
      }
      line += paint(text);
      column += stringWidth(text);
    }
    isEmpty = false;
  }
  return [...lines, line];
}

const widthOf = (word: readonly Span[]): number => word.reduce((sum, { text }) => sum + stringWidth(text), 0);

/** Pieces of what stands between spaces: `**bo**ld` is one word of two pieces. */
function wordsOf(spans: readonly Span[]): Span[][] {
  const words: Span[][] = [];
  let isOpen = false;
  for (const { text, paint } of spans) {
    for (const piece of text.split(/(\s+)/)) {
      if (piece === '') continue;
      if (/^\s/.test(piece)) {
        isOpen = false;
      } else if (isOpen) {
        words.at(-1)?.push({ text: piece, paint });
      } else {
        words.push([{ text: piece, paint }]);
        isOpen = true;
      }
    }
  }
  return words;
}

/** The word with a line's end wherever it would pass the edge. */
function fitted(word: readonly Span[], column: number, width: number): readonly Span[] {
  if (column + widthOf(word) <= width) return word;
  const pieces: Span[] = [];
  let at = column;
  for (const { text, paint } of word) {
    for (const { segment } of graphemes.segment(text)) {
      const cells = stringWidth(segment);
      if (at + cells > width) {
        pieces.push({ text: '\n', paint: plain });
        at = column;
      }
      pieces.push({ text: segment, paint });
      at += cells;
    }
  }
  return pieces;
}

/** On one line of so many columns, with … where it had to be cut. */
export function cutToWidth(text: string, width: number): string {
  if (stringWidth(text) <= width) return text;
  let kept = '';
  for (const { segment } of graphemes.segment(text)) {
    if (stringWidth(kept + segment) > width - 1) break;
    kept += segment;
  }
  return `${kept.trimEnd()}…`;
}

export const padToWidth = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - stringWidth(text)));
