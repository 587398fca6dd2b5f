import { hasTag } from '../../models/offline/readable.ts';
import { areSupported } from './are-supported.ts';
import type { CheckedSource, Given } from './given.ts';
import { isAnchored } from './is-anchored.ts';
import { hasForeignNumber, numbersIn } from './named-numbers.ts';
import { isQuotedFrom, readQuotations } from './quotations.ts';
import { isDecorated, isDisguised, isMisshapen, isUnmarkedQuotation } from './sentence-shape.ts';
import { faultOfWords, givesCause, mayGiveCause } from './wording.ts';

/** Why a sentence stays out. */
export const faults = [
  'CITES_NOTHING',
  'SOURCE',
  'QUOTATION',
  'MATTER',
  'NUMBER',
  'CAUSE',
  'JUDGEMENT',
  'SHAPE',
  'TOO_MANY',
] as const;
export type Fault = (typeof faults)[number];

/** “Both goals” and “three things” count what is cited. */
const LISTED =
  /\b(two|three|four|five)(?= (?:\w+ )?(?:goals|aims|things|matters|topics|themes|subjects|commitments|plans|obstacles|passages|points|areas)\b)|\ball (three|four|five)\b/i;
/** A question may name a time ahead. */
const AHEAD = /\b(?:next|coming|following) (?:\w+|\d+) (?:days|weeks|months)\b/gi;
const MARKERS = / ?\[(\d{1,4}(?:, ?\d{1,4})*)\]/g;

/** Whether a note on one passage gives no number, date, quotation or reason that the passage does not have. */
export function isHeld(note: string, source: CheckedSource): boolean {
  const quoted = readQuotations(note);
  if (!quoted?.quotations.every((quotation) => isQuotedFrom(quotation, source.text))) return false;
  if (hasForeignNumber(quoted.own) || (givesCause(quoted.own) && !mayGiveCause(source.text))) return false;
  return areSupported(quoted.own, [source], { sources: new Map(), figures: [], days: [] });
}

/** @returns null where the sentence may enter the report */
export function checkSentence(sentence: string, asks: 'STATEMENT' | 'QUESTION', given: Given): Fault | null {
  if (isMisshapen(sentence)) return 'SHAPE';
  const quoted = readQuotations(sentence);
  if (!quoted) return 'QUOTATION';
  const markers = [...quoted.own.matchAll(MARKERS)].flatMap(([, numbers = '']) => numbers.split(',').map(Number));
  const cited = markers.flatMap((marker) => given.sources.get(marker) ?? []);
  const own = quoted.own.replace(MARKERS, ' ');
  if (cited.length < markers.length || /[[\]【】［］]/.test(own)) return 'SOURCE';
  if (asks === 'STATEMENT' && cited.length === 0) return 'CITES_NOTHING';
  if (asks === 'QUESTION' ? !isOpenQuestion(own) : own.includes('?')) return 'SHAPE';
  const isHeld = (quotation: string) =>
    // A [n] in a quotation would be taken for one of ours, and markup for markup.
    !/[[\]]/.test(quotation) && !hasTag(quotation) && cited.some(({ text }) => isQuotedFrom(quotation, text));
  if (!quoted.quotations.every(isHeld) || isUnmarkedQuotation(own)) return 'QUOTATION';
  // Quoted words are the viewer's own, and names are what they are: what else is said is judged.
  const said = withoutNames(own, cited).replace(LISTED, (listed, ...[two, three]: string[]) =>
    numbersIn(two ?? three ?? '')[0]?.value === String(new Set(markers).size) ? ' ' : listed,
  );
  const fault = faultIn(asks === 'QUESTION' ? said.replace(AHEAD, ' ') : said, asks, cited, given);
  if (fault || asks === 'QUESTION') return fault;
  return isAnchored(own, cited, quoted.quotations.length > 0) ? null : 'MATTER';
}

/** One that can be answered by more than yes or no. */
const isOpenQuestion = (own: string): boolean =>
  /\?\s*$/.test(own) && /\b(?:what|how|when|where|which|who|whom|whose)\b/i.test(own) && !/\bwhy\b/i.test(own);

/** Without the names of files, and without words of another script, where a source has them. */
const withoutNames = (own: string, cited: readonly CheckedSource[]): string =>
  cited
    .reduce((text, { filename }) => (filename ? text.replaceAll(filename, ' ') : text), own)
    .replace(/[\p{L}\p{M}]+/gu, (word) =>
      /(?!\p{Script=Latin})\p{L}/u.test(word) && cited.some(({ text }) => text.includes(word)) ? ' ' : word,
    );

function faultIn(
  said: string,
  asks: 'STATEMENT' | 'QUESTION',
  cited: readonly CheckedSource[],
  given: Given,
): Fault | null {
  if (hasForeignNumber(said)) return 'NUMBER';
  if (isDecorated(said) || isDisguised(said) || said.includes('!')) return 'SHAPE';
  const texts = cited.map(({ text }) => text);
  const fault = faultOfWords(said, texts);
  // A question may look ahead, and ask for what is not said yet.
  if (fault === 'JUDGEMENT' || (fault && asks === 'STATEMENT')) return fault;
  if (!areSupported(said, cited, given)) return 'NUMBER';
  return givesCause(said) && !texts.some(mayGiveCause) ? 'CAUSE' : null;
}
