/** A piece of a text: `text` is what stands in it from `start` on. */
export interface TextPiece {
  /** UTF-16 offset. */
  start: number;
  text: string;
}

/** UTF-16 units. */
export const MAX_CHARS = 400;
/** A last piece shorter than this says too little by itself. */
export const SHORT_TAIL_CHARS = 80;

/** From, to: UTF-16 offsets of text that neither begins nor ends with white space. */
export type Span = readonly [from: number, to: number];

const sentences = new Intl.Segmenter('en', { granularity: 'sentence' });

/** Whole sentences and lines packed to at most 400 UTF-16 units; a longer sentence is cut between words. */
export function splitText(text: string): TextPiece[] {
  const spans = sentenceSpans(text).flatMap((span) => cutSentence(text, span));
  const pieces: Span[][] = [];
  for (const span of spans) {
    const piece = pieces.at(-1);
    if (piece && lengthOf([...piece.slice(0, 1), span]) <= MAX_CHARS) piece.push(span);
    else pieces.push([span]);
  }
  balanceTail(pieces);
  return pieces.map((piece) => {
    const start = piece[0]?.[0] ?? 0;
    return { start, text: text.slice(start, start + lengthOf(piece)) };
  });
}

function sentenceSpans(text: string): Span[] {
  const spans: Span[] = [];
  for (const { segment, index } of sentences.segment(text)) {
    const from = index + segment.length - segment.trimStart().length;
    if (segment.trim() !== '') spans.push([from, from + segment.trim().length]);
  }
  return spans;
}

/** Parts of about the same length, none longer than MAX_CHARS. */
function cutSentence(text: string, [from, to]: Span): Span[] {
  const length = to - from;
  if (length <= MAX_CHARS) return [[from, to]];
  const wanted = from + Math.ceil(length / Math.ceil(length / MAX_CHARS));
  const end = cutBefore(text, from, wanted);
  const rest = text.slice(end, to);
  const next = end + rest.length - rest.trimStart().length;
  return [trimEnd(text, from, end), ...cutSentence(text, [next, to])];
}

/** The first white space at or after `wanted`, else the last before it, else no word ends here at all. */
export function cutBefore(text: string, from: number, wanted: number): number {
  const limit = from + MAX_CHARS;
  const after = text.slice(wanted, limit + 1).search(/\s/);
  if (after >= 0) return wanted + after;
  const before = /\s\S*$/.exec(text.slice(from, wanted));
  if (before && before.index > (wanted - from) / 2) return from + before.index;
  // Not between the two halves of one character.
  return /[\uD800-\uDBFF]/.test(text.charAt(wanted - 1)) && /[\uDC00-\uDFFF]/.test(text.charAt(wanted))
    ? wanted - 1
    : wanted;
}

const trimEnd = (text: string, from: number, to: number): Span => [from, from + text.slice(from, to).trimEnd().length];

/** Moves sentences from the last piece but one to a short last piece, while the shorter of the two gains by it. */
function balanceTail(pieces: Span[][]): void {
  const [previous, tail] = pieces.slice(-2);
  if (!previous || !tail || lengthOf(tail) >= SHORT_TAIL_CHARS) return;
  while (previous.length > 1) {
    const moved = lengthOf([...previous.slice(-1), ...tail]);
    if (moved > MAX_CHARS || Math.min(moved, lengthOf(previous.slice(0, -1))) <= lengthOf(tail)) return;
    tail.unshift(...previous.splice(-1));
  }
}

/** From the beginning of the first to the end of the last. */
const lengthOf = (piece: readonly Span[]): number => (piece.at(-1)?.[1] ?? 0) - (piece[0]?.[0] ?? 0);
