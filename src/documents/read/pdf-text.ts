/** Some characters of one line of a page; x to the right and y upward, in points. */
export interface PdfPiece {
  text: string;
  x: number;
  y: number;
  width: number;
  /** Of the letters; 0 for a space. */
  height: number;
}

interface Line {
  text: string;
  y: number;
  /** Where it ends. */
  right: number;
  height: number;
}

/** In heights of a letter. */
const SAME_LINE = 0.5;
const PARAGRAPH_GAP = 1.7;
const LINE_GAP = 1.28;
const COLUMN_GAP = 2.5;
const HEADING_SIZE = 1.1;
const LONGEST_HEADING = 120;
/** A line that ends before so much of the widest was not wrapped. */
const FULL_LINE = 0.75;

const LIST_ITEM = /^([•◦▪‣·*–-]|\d{1,3}[.)])\s/;

/**
 * The text of a page, which knows only where letters stand: wrapped lines joined to paragraphs, words that were hyphenated
 * at the end of a line put together; list items and rows of tables stay lines, and what is set larger becomes a heading.
 */
export function pdfText(pieces: readonly PdfPiece[]): string {
  const lines = linesOf(pieces);
  const widest = Math.max(...lines.map((line) => line.right));
  const usual = usualHeight(lines);
  let text = '';
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    const between = before ? breakBetween(before, line, widest) : '';
    const isHeading = line.height >= HEADING_SIZE * usual && line.text.length <= LONGEST_HEADING;
    const begins = before === undefined || between === '\n\n';
    const shown = isHeading && begins ? `# ${line.text}` : line.text;
    text = before ? join(text, shown, between) : shown;
  }
  return text;
}

/** Of the letters of the page. */
function usualHeight(lines: readonly Line[]): number {
  const chars = new Map<number, number>();
  for (const { height, text } of lines) chars.set(height, (chars.get(height) ?? 0) + text.length);
  return [...chars].reduce((most, each) => (each[1] > most[1] ? each : most), [0, 0])[0];
}

function linesOf(pieces: readonly PdfPiece[]): Line[] {
  const lines: Line[] = [];
  for (const { text, x, y, width, height } of pieces) {
    if (text === '') continue;
    const line = lines.at(-1);
    const isBlank = text.trim() === '';
    if (!line || (!isBlank && Math.abs(line.y - y) > SAME_LINE * Math.max(line.height, height))) {
      if (!isBlank) lines.push({ text, y, right: x + width, height });
      continue;
    }
    const isColumn = isBlank && width > COLUMN_GAP * line.height;
    line.text += isColumn ? ' | ' : text;
    if (!isBlank) line.right = x + width;
    line.height = Math.max(line.height, height);
  }
  const tidy = lines.map((line) => ({
    ...line,
    text: line.text
      .replace(/\s+/g, ' ')
      .replace(/[\s|]+$/, '')
      .trim(),
  }));
  return tidy.filter((line) => line.text !== '');
}

function breakBetween(before: Line, line: Line, widest: number): '' | '\n' | '\n\n' {
  const height = Math.max(before.height, line.height);
  const gap = before.y - line.y;
  const isOtherSize = Math.min(before.height, line.height) < 0.9 * height;
  if (gap < 0 || gap > PARAGRAPH_GAP * height || isOtherSize) return '\n\n';
  if (gap > LINE_GAP * height || LIST_ITEM.test(line.text) || before.right < FULL_LINE * widest) return '\n';
  return '';
}

function join(text: string, next: string, between: '' | '\n' | '\n\n'): string {
  if (between !== '') return `${text}${between}${next}`;
  if (/\p{Ll}[-\u00ad]$/u.test(text) && /^\p{Ll}/u.test(next)) return `${text.slice(0, -1)}${next}`;
  return `${text} ${next}`;
}
