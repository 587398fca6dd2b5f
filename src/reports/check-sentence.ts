import { datesIn, isDay, isMonth, type NamedDates } from './named-dates.ts';
import { hasForeignNumber, numbersIn } from './named-numbers.ts';
import { isQuotedFrom, readQuotations } from './quotations.ts';
import { givesCause, isJudging } from './wording.ts';

export interface CheckedSource {
  text: string;
  /** Null for a passage of a document. */
  saidAt: Date | null;
  /** Of a document, which a sentence may name; null for a message. */
  filename: string | null;
}

/** What a model was given, and so may rest a sentence on. */
export interface Given {
  sources: ReadonlyMap<number, CheckedSource>;
  /** The figures. */
  numbers: readonly number[];
  /** The first and the last day. */
  days: readonly Date[];
}

/** Why a sentence stays out. */
export const faults = [
  'CITES_NOTHING',
  'SOURCE',
  'QUOTATION',
  'NUMBER',
  'CAUSE',
  'JUDGEMENT',
  'SHAPE',
  'TOO_MANY',
] as const;
export type Fault = (typeof faults)[number];

const MAX_UNITS = 700;
const MARKERS = / ?\[(\d{1,4}(?:, ?\d{1,4})*)\]/g;

/** Whether a note on one passage gives no number, date, quotation or reason that the passage does not have. */
export function isHeld(note: string, source: CheckedSource): boolean {
  const quoted = readQuotations(note);
  if (!quoted?.quotations.every((quotation) => isQuotedFrom(quotation, source.text))) return false;
  if (hasForeignNumber(quoted.own) || (givesCause(quoted.own) && !givesCause(source.text))) return false;
  return areSupported(quoted.own, [source], { sources: new Map(), numbers: [], days: [] });
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
  if (asks === 'QUESTION' ? !/\?\s*$/.test(own) || /\bwhy\b/i.test(own) : own.includes('?')) return 'SHAPE';
  const isHeld = (quotation: string) =>
    // A [n] in a quotation would be taken for one of ours.
    !/[[\]]/.test(quotation) && cited.some(({ text }) => isQuotedFrom(quotation, text));
  if (!quoted.quotations.every(isHeld)) return 'QUOTATION';
  // Quoted words are the viewer's own, and a file's name is its own: what else is said is judged.
  const said = cited.reduce((text, { filename }) => (filename ? text.replaceAll(filename, ' ') : text), own);
  return faultIn(said, cited, given);
}

function faultIn(said: string, cited: readonly CheckedSource[], given: Given): Fault | null {
  if (hasForeignNumber(said)) return 'NUMBER';
  if (isDecorated(said) || isDisguised(said) || said.includes('!')) return 'SHAPE';
  if (isJudging(said)) return 'JUDGEMENT';
  if (!areSupported(said, cited, given)) return 'NUMBER';
  return givesCause(said) && !cited.some(({ text }) => givesCause(text)) ? 'CAUSE' : null;
}

/** Whether each number and date of what is said is a figure, the day of a source, or stands in a source. */
function areSupported(said: string, cited: readonly CheckedSource[], given: Given): boolean {
  const named = datesIn(said);
  const inSources = cited.map(({ text }) => datesIn(text));
  const days = [...cited.flatMap(({ saidAt }) => saidAt ?? []), ...given.days];
  const numbers = new Set([
    ...given.numbers.map(String),
    ...cited.flatMap(({ text, filename }) => numbersIn(`${filename ?? ''} ${text}`)),
  ]);
  const years = new Set(days.map((day) => String(day.getUTCFullYear())));
  return (
    named.days.every(
      (day) => days.some((date) => isDay(day, date)) || inSources.some((other) => namesDay(other, day)),
    ) &&
    named.months.every(
      (month) =>
        days.some((date) => isMonth(month, date)) ||
        inSources.some((other) => other.months.some((each) => each.month === month.month)),
    ) &&
    named.weekdays.every(
      (weekday) =>
        cited.some(({ saidAt }) => saidAt?.getUTCDay() === weekday) ||
        inSources.some(({ weekdays }) => weekdays.includes(weekday)),
    ) &&
    numbersIn(named.rest).every((number) => numbers.has(number) || years.has(number))
  );
}

const namesDay = ({ days }: NamedDates, wanted: NamedDates['days'][number]) =>
  days.some(({ day, month, year }) => day === wanted.day && month === wanted.month && (wanted.year ?? year) === year);

const isMisshapen = (sentence: string) =>
  sentence.length > MAX_UNITS ||
  !/\p{L}/u.test(sentence) ||
  /[\p{Cc}\p{Cs}\u2028\u2029\uFFFD]|^[\s#>|]/u.test(sentence);

/** Markup, an address, or a sign that is not seen. */
const isDecorated = (said: string) =>
  /[\p{Cf}\p{Co}\p{Cn}]|\p{Extended_Pictographic}|<\/?[a-z!]|\]\(|[`|*_~]|https?:|www\./iu.test(said);

/** Letters that are not what they look like would slip past every list of words. */
function isDisguised(said: string): boolean {
  const plain = said.replace(/[…\u00a0\u202f\u2011]/g, ' ');
  return (
    plain.normalize('NFKC') !== plain.normalize('NFC') ||
    /(?!\p{Script=Latin})\p{L}/u.test(plain) ||
    /\p{M}/u.test(plain.normalize('NFC'))
  );
}
