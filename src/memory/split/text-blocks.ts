import { MAX_CHARS, type Span } from './split-text.ts';

/** A paragraph, a list or a heading. */
export interface Block {
  isHeading: boolean;
  /** In order, never empty; together they hold all of it but white space. */
  sentences: Span[];
}

const HEADING = /^\s{0,3}(#{1,6}\s+\S|\*\*[^*]+\*\*:?\s*$)/;
const UNDERLINE = /^(={3,}|-{3,})\s*$/;
/** What begins anew, although no sentence may have ended: list items and rows of tables. */
const OWN_LINE = /^\s*([-*+•◦▪‣·]\s|\d{1,3}[.)]\s|\|)|\s\|\s/;
const ITEM_NUMBER = /^\s*\d{1,3}[.)]\s+$/;
/** A line shorter than that was not wrapped: what follows it begins anew. */
const WRAPPED_CHARS = 50;

const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** What a text consists of, by its blank lines and the signs of Markdown. */
export function blocksOf(text: string): Block[] {
  const blocks: Span[][] = [];
  const headings = new Set<Span[]>();
  let isOpen = false;
  const lines = linesOf(text);
  for (const [at, line] of lines.entries()) {
    const own = text.slice(...line);
    const next = lines[at + 1];
    const isUnderlined = next !== undefined && UNDERLINE.test(text.slice(...next));
    if (own.trim() === '') {
      isOpen = false;
      continue;
    }
    const block = isOpen ? blocks.at(-1) : undefined;
    if (block && UNDERLINE.test(own) && headings.has(block)) {
      block.push(line);
      isOpen = false;
    } else if (HEADING.test(own) || isUnderlined) {
      const heading = [line];
      blocks.push(heading);
      headings.add(heading);
      isOpen = isUnderlined;
    } else {
      if (block) block.push(line);
      else blocks.push([line]);
      isOpen = true;
    }
  }
  return blocks.map((block) => ({
    isHeading: headings.has(block),
    sentences: headings.has(block) ? [trimmed(text, joined(block))] : sentencesOf(text, block),
  }));
}

function linesOf(text: string): Span[] {
  const lines: Span[] = [];
  let from = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', from)) {
    lines.push([from, end]);
    from = end + 1;
  }
  return [...lines, [from, text.length]];
}

function sentencesOf(text: string, lines: readonly Span[]): Span[] {
  return passagesOf(text, lines).flatMap((passage) => {
    const found = segmentsOf(text, joined(passage));
    // No sentences then, but lines of something else.
    return found.flatMap((sentence) =>
      sentence[1] - sentence[0] > MAX_CHARS ? linesWithin(text, sentence) : [sentence],
    );
  });
}

/** Runs of lines that belong together, as wrapped ones do. */
function passagesOf(text: string, lines: readonly Span[]): Span[][] {
  const passages: Span[][] = [];
  for (const [at, line] of lines.entries()) {
    const before = lines[at - 1];
    const isWrapped = before !== undefined && before[1] - before[0] >= WRAPPED_CHARS;
    const isRow = before !== undefined && /\s\|\s/.test(text.slice(...before));
    if (isWrapped && !isRow && !OWN_LINE.test(text.slice(...line))) passages.at(-1)?.push(line);
    else passages.push([line]);
  }
  return passages;
}

function segmentsOf(text: string, [from, to]: Span): Span[] {
  // Of the same length; to the segmenter, every line break ends a sentence.
  const onOneLine = text.slice(from, to).replaceAll('\n', ' ');
  const segments: Span[] = [];
  let begin = from;
  for (const { segment, index } of segmenter.segment(onOneLine)) {
    // The number of a list item is no sentence.
    if (ITEM_NUMBER.test(segment) && from + index + segment.length < to) continue;
    const end = from + index + segment.length;
    segments.push(trimmed(text, [begin, end]));
    begin = end;
  }
  return segments.filter(([first, last]) => first < last);
}

function linesWithin(text: string, [from, to]: Span): Span[] {
  return linesOf(text.slice(from, to))
    .map(([begin, end]) => trimmed(text, [from + begin, from + end]))
    .filter(([begin, end]) => begin < end);
}

/** From the beginning of the first to the end of the last. */
const joined = (spans: readonly Span[]): Span => [spans[0]?.[0] ?? 0, spans.at(-1)?.[1] ?? 0];

function trimmed(text: string, [from, to]: Span): Span {
  const whole = text.slice(from, to);
  const begin = from + whole.length - whole.trimStart().length;
  return [begin, Math.max(begin, from + whole.trimEnd().length)];
}
