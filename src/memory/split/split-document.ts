import { cutBefore, MAX_CHARS, SHORT_TAIL_CHARS, type Span, type TextPiece } from './split-text.ts';
import { type Block, blocksOf } from './text-blocks.ts';

/** What a piece may hold beside its 400 UTF-16 units. */
export interface TokenLimit {
  maxTokens: number;
  /** Adds up over parts of a text. */
  countTokens(text: string): number;
}

/** What is not taken apart: a sentence, or headings with the beginning of what they are over. */
interface Unit {
  from: number;
  to: number;
  tokens: number;
}

/** Longer lines are no heading to be kept with what follows. */
const MAX_HEADING_CHARS = 160;
/** So long is no sentence, but a table, or no text at all; it is cut into parts of about as much as a piece. */
const LONG_SENTENCE_CHARS = 4000;
const PART_CHARS = 350;
/** A piece that holds so much is not filled up with a part of the next paragraph. */
const ENOUGH_CHARS = 200;

/**
 * Splits along headings first, then paragraphs, then sentences, and within a sentence only where it is too long itself. A
 * heading stands in the piece of what it is over. Pure: the same text gives the same pieces.
 */
export function splitDocument(text: string, limit: TokenLimit): TextPiece[] {
  return sectionsOf(blocksOf(text))
    .flatMap((blocks) => pack(paragraphsOf(text, blocks, limit), limit))
    .map((units) => {
      const start = units[0]?.from ?? 0;
      return { start, text: text.slice(start, start + lengthOf(units)) };
    });
}

/** A section begins with a heading; one that says hardly anything goes with the next. */
function sectionsOf(blocks: readonly Block[]): Block[][] {
  const sections: Block[][] = [];
  for (const [at, block] of blocks.entries()) {
    const section = sections.at(-1);
    const begins = block.isHeading && !blocks[at - 1]?.isHeading;
    if (section && !(begins && charsOf(section) >= SHORT_TAIL_CHARS)) section.push(block);
    else sections.push([block]);
  }
  return sections;
}

/** The units of each block; headings are joined to the first of what follows. */
function paragraphsOf(text: string, blocks: readonly Block[], limit: TokenLimit): Unit[][] {
  const paragraphs: Unit[][] = [];
  let heading: Span | null = null;
  for (const { sentences, isHeading } of blocks) {
    const [first, ...others] = sentences;
    if (!first) continue;
    const isNear: boolean = heading !== null && isShort(text, [heading[0], first[0]], limit);
    if (heading && !isNear) paragraphs.push(cut(text, heading, limit));
    const from: number = heading && isNear ? heading[0] : first[0];
    heading = isHeading && isShort(text, [from, first[1]], limit) ? [from, first[1]] : null;
    if (heading) continue;
    paragraphs.push([
      // It may be cut, but not before it has begun to say what the heading is over.
      ...cut(text, [from, first[1]], limit, first[0] + 1),
      ...others.flatMap((sentence) => cut(text, sentence, limit)),
    ]);
  }
  return heading ? [...paragraphs, cut(text, heading, limit)] : paragraphs;
}

function isShort(text: string, [from, to]: Span, { maxTokens, countTokens }: TokenLimit): boolean {
  return to - from <= MAX_HEADING_CHARS && countTokens(text.slice(from, to)) <= maxTokens / 2;
}

function pack(paragraphs: readonly Unit[][], limit: TokenLimit): Unit[][] {
  const pieces: Unit[][] = [];
  for (const paragraph of paragraphs) {
    const piece = pieces.at(-1);
    const isEnough = piece !== undefined && lengthOf(piece) >= ENOUGH_CHARS;
    if (isEnough && !fits([...piece, ...paragraph], limit)) pieces.push([]);
    for (const unit of paragraph) {
      const last = pieces.at(-1);
      if (last && fits([...last, unit], limit)) last.push(unit);
      else pieces.push([unit]);
    }
  }
  balanceTail(pieces, limit);
  return pieces;
}

/** Moves units from the last piece but one to a short last piece, while the shorter of the two gains by it. */
function balanceTail(pieces: Unit[][], limit: TokenLimit): void {
  const [previous, tail] = pieces.slice(-2);
  if (!previous || !tail || lengthOf(tail) >= SHORT_TAIL_CHARS) return;
  while (previous.length > 1) {
    const moved = [...previous.slice(-1), ...tail];
    const shorter = Math.min(lengthOf(moved), lengthOf(previous.slice(0, -1)));
    if (!fits(moved, limit) || shorter <= lengthOf(tail)) return;
    tail.unshift(...previous.splice(-1));
  }
}

/** Parts that fit, of about the same length. @param floor where the first of them does not end before */
function cut(text: string, span: Span, limit: TokenLimit, floor = 0): Unit[] {
  const units: Unit[] = [];
  let [from, to] = span;
  // From the front, because counting all of an endless sentence for each of its parts would never end.
  while (to - from > LONG_SENTENCE_CHARS) {
    const [end, next] = cutAt(text, [from, to], from + PART_CHARS, floor);
    units.push(...cutEvenly(text, [from, end], limit, floor));
    from = next;
  }
  return [...units, ...cutEvenly(text, [from, to], limit, floor)];
}

function cutEvenly(text: string, [from, to]: Span, limit: TokenLimit, floor: number): Unit[] {
  const tokens = limit.countTokens(text.slice(from, to));
  if (to - from <= 2 || fits([{ from, to, tokens }], limit)) return [{ from, to, tokens }];
  const parts = Math.ceil(Math.max((to - from) / MAX_CHARS, tokens / limit.maxTokens, 2));
  const [end, next] = cutAt(text, [from, to], from + Math.ceil((to - from) / parts), floor);
  return [...cutEvenly(text, [from, end], limit, floor), ...cutEvenly(text, [next, to], limit, 0)];
}

/** @returns the end of what stands before the cut, and the beginning of what stands after it */
function cutAt(text: string, [from, to]: Span, wantedEnd: number, floor: number): [end: number, next: number] {
  const wanted = Math.min(to - 1, Math.max(wantedEnd, floor));
  const found = cutBefore(text, from, wanted);
  const end = found < floor || found >= to ? afterCharacter(text, wanted) : found;
  const next = /\S/g;
  next.lastIndex = end;
  return [from + text.slice(from, end).trimEnd().length, next.exec(text)?.index ?? to];
}

/** Not between the two halves of a character. */
const afterCharacter = (text: string, at: number): number =>
  /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1)) ? at + 1 : at;

function fits(units: readonly Unit[], { maxTokens }: TokenLimit): boolean {
  const tokens = units.reduce((sum, unit) => sum + unit.tokens, 0);
  const chars = units.reduce((sum, unit) => sum + unit.to - unit.from, 0);
  // White space between them may be a token each.
  return lengthOf(units) <= MAX_CHARS && tokens + lengthOf(units) - chars <= maxTokens;
}

/** From the beginning of the first to the end of the last. */
const lengthOf = (units: readonly Unit[]): number => (units.at(-1)?.to ?? 0) - (units[0]?.from ?? 0);

const charsOf = (blocks: readonly Block[]): number =>
  (blocks.at(-1)?.sentences.at(-1)?.[1] ?? 0) - (blocks[0]?.sentences[0]?.[0] ?? 0);
