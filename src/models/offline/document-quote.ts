import type { DocumentQuotation, TurnParts } from '../chat-model.ts';
import { contentStems } from './content-stems.ts';
import { cut, sharesStem } from './quotation.ts';

const MAX_NAME_WORDS = 8;

/** A passage of a document and what of it is quoted: an exact substring of its text. */
export interface DocumentQuote {
  source: DocumentQuotation;
  text: string;
}

/** Whether what is asked is in a document: one is named, or spoken of. */
export function asksDocuments(sentence: string, { documents }: Pick<TurnParts, 'documents'>): boolean {
  if (documents.length === 0) return false;
  const asked = sentence.toLowerCase();
  return spokenOf.test(sentence) || documents.some(({ name }) => name !== '' && asked.includes(name.toLowerCase()));
}

const spokenOf =
  /\b(?:my|our|the|this|that|these|those|which) (?:\p{L}+ ){0,2}(?:documents?|files?|pdfs?|notes|uploads?)\b/iu;

/** Passages that share a content word with the sentence, best first, each text once; none that stands in the recent turns. */
export function documentQuotes(sentence: string, parts: TurnParts): DocumentQuote[] {
  const stems = contentStems(sentence);
  const said = [parts.question, ...parts.recent.map(({ text }) => text)];
  const quotes = parts.documents.flatMap((source) => {
    const text = cut(withoutHeadings(source.text), stems);
    const isRepeated = text === null || said.some((other) => other.includes(text));
    return isRepeated || !sharesStem(text, stems) ? [] : [{ source, text }];
  });
  return quotes.filter(({ text }, index) => quotes.findIndex((other) => other.text === text) === index);
}

/** `Your document habits.md says: “Lights out at ten” [1].` */
export const documentSentence = ({ source, text }: DocumentQuote) =>
  `Your document${nameOf(source)} says: “${text}” [${source.marker}].`;

/** A heading names what the text then says. */
function withoutHeadings(text: string): string {
  const lines = text.split('\n');
  const others = lines.filter((line) => !/^\s*#{1,6}\s/.test(line));
  return (others.length > 0 ? others : lines).join('\n');
}

/** So that it neither asks nor ends the sentence; nothing where no letter is left. */
function nameOf({ name }: DocumentQuotation): string {
  const words = name
    .replace(/[?!]+|\.+(?=\s|$)/g, '')
    .split(/\s+/)
    .filter((word) => word !== '');
  const short = words.length > MAX_NAME_WORDS ? `${words.slice(0, MAX_NAME_WORDS).join(' ')}…` : words.join(' ');
  return /[\p{L}\p{N}]/u.test(short) ? ` ${short}` : '';
}
