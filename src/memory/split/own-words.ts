import { splitText, type TextPiece } from './split-text.ts';

/** What is quoted from a source, by its marker: “…” [2]. */
const QUOTATION = /“[^“”]*”[ \t]*\[\d+(?:, ?\d+)*\]/gu;

/** What ends a sentence: a stop before white space, so that one within the name of a file does not. */
const SENTENCE_END = /[.!?]+(?=\s|$)|[\n“”]/gu;

/**
 * The pieces of a reply that are its own: what it quotes from memory and documents is there already, and would outlive its
 * source. A reply that does nothing but quote is taken whole.
 */
export function ownWords(text: string): TextPiece[] {
  const ends = [...text.matchAll(SENTENCE_END)].map(({ index, 0: end }) => ({ from: index, to: index + end.length }));
  const own: TextPiece[] = [];
  let from = 0;
  let next = 0;
  for (const { index, 0: quotation } of text.matchAll(QUOTATION)) {
    // The whole sentence goes, with what leads to the quotation and what follows it.
    next = firstFrom(ends, next, ({ to }) => to > index);
    const begins = ends[next - 1]?.to ?? 0;
    if (begins > from) own.push(...piecesBetween(text, from, begins));
    const end = ends[firstFrom(ends, next, (one) => one.from >= index + quotation.length)];
    from = Math.max(from, end ? endOf(text, end) : text.length);
  }
  own.push(...piecesBetween(text, from, text.length));
  return own.length > 0 ? own : splitText(text);
}

interface SentenceEnd {
  from: number;
  to: number;
}

/** The index of the first such end, from index `next` on. */
function firstFrom(ends: readonly SentenceEnd[], next: number, isIt: (end: SentenceEnd) => boolean): number {
  let at = next;
  for (let end = ends[at]; end && !isIt(end); end = ends[at]) at += 1;
  return at;
}

/** Behind a stop, but before a quotation or a line break. */
const endOf = (text: string, { from, to }: SentenceEnd) => (/[.!?]/.test(text.charAt(from)) ? to : from);

const piecesBetween = (text: string, from: number, to: number): TextPiece[] =>
  splitText(text.slice(from, to)).map((piece) => ({ ...piece, start: from + piece.start }));
