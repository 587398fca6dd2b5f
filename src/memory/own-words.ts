import { splitText, type TextPiece } from './split-text.ts';

/** A sentence that quotes a source by its marker: “…” [2]. */
const QUOTING = /[^.!?\n“”]*“[^”]*”[ \t]*\[\d+(?:, ?\d+)*\][^.!?\n]*[.!?]*/gu;

/**
 * The pieces of a reply that are its own: what it quotes from memory is there already, and would outlive its source. A
 * reply that does nothing but quote is taken whole.
 */
export function ownWords(text: string): TextPiece[] {
  const own: TextPiece[] = [];
  let from = 0;
  for (const quoting of text.matchAll(QUOTING)) {
    own.push(...piecesBetween(text, from, quoting.index));
    from = quoting.index + quoting[0].length;
  }
  own.push(...piecesBetween(text, from, text.length));
  return own.length > 0 ? own : splitText(text);
}

const piecesBetween = (text: string, from: number, to: number): TextPiece[] =>
  splitText(text.slice(from, to)).map((piece) => ({ ...piece, start: from + piece.start }));
