import type { TurnParts } from '../chat-model.ts';
import { contentStems } from './content-stems.ts';
import { asksDocuments, type DocumentQuote, documentQuotes, documentSentence } from './document-quote.ts';
import { asksForOwnFact } from './own-facts.ts';
import { cut, type Quote, quoted, quoteLead, sharesStem } from './quotation.ts';
import { dateText, plain } from './sentences.ts';
import { summaryQuotes } from './summary.ts';
import { topicAfter } from './topic.ts';

const MAX_QUOTES = 3;

/** Of “what did you suggest”, the assistant's words are the answer. */
const asksOfUs =
  /\byou (ever )?(say|said|suggest|suggested|tell|told|recommend|recommended|ask|asked|advise|advised|write|wrote)\b/i;

const amounts = ['One passage.', 'Two passages, oldest first.', 'Three passages, oldest first.'];
/** A document has no date to be ordered by. */
const amountsWithDocuments = ['One passage.', 'Two passages.', 'Three passages.'];

/** Memory goes by meaning too, and finds something near to whatever is asked. */
const NEAREST = 'Nothing in those words; this comes nearest.';

export interface Recalled {
  text: string;
  found: number;
}

/**
 * Up to three quotations: dated ones, oldest first, then of documents, which come first where they are what was asked for.
 * With none, that nothing was found and how far back that looked.
 */
export function recalled(sentence: string, parts: TurnParts): Recalled {
  const isOfDocuments = asksDocuments(sentence, parts);
  // Who asks what a document says is told so again.
  const passages = documentQuotes(sentence, isOfDocuments ? { ...parts, recent: [] } : parts).slice(0, MAX_QUOTES);
  if (passages.length > 0 && isOfDocuments) return fromDocuments(passages);
  const { quotes, areNamed } = recalledQuotes(sentence, parts);
  if (areNamed) return fromBoth(quotes, passages.slice(0, MAX_QUOTES - quotes.length), parts.askedAt);
  if (passages.length > 0) return fromDocuments(passages);
  if (quotes.length > 0) return { text: listed(NEAREST, quotes, parts.askedAt), found: quotes.length };
  return { text: nothingFound(sentence, parts), found: 0 };
}

const fromDocuments = (passages: readonly DocumentQuote[]): Recalled => fromBoth([], passages, new Date(0));

function fromBoth(quotes: readonly Quote[], passages: readonly DocumentQuote[], askedAt: Date): Recalled {
  const found = quotes.length + passages.length;
  const amount = (passages.length > 0 ? amountsWithDocuments : amounts)[found - 1] ?? '';
  return { text: [listed(amount, quotes, askedAt), ...passages.map(documentSentence)].join(' '), found };
}

/** The same for “can you summarize”: the user's own words, whatever they are about. */
export function summedUp(parts: TurnParts): Recalled {
  const quotes = summaryQuotes(parts);
  const amount = amounts[quotes.length - 1];
  if (amount === undefined) return { text: 'There is nothing of yours to sum up yet.', found: 0 };
  return { text: listed(amount, quotes, parts.askedAt), found: quotes.length };
}

const listed = (amount: string, quotes: readonly Quote[], askedAt: Date) =>
  [amount, ...quotes.map((quote) => `${leadOf(quote, askedAt)}: ${quoted(quote)}.`)].join(' ');

function leadOf(quote: Quote, askedAt: Date): string {
  return quote.source.role === 'USER' ? `On ${dateText(quote.source.saidAt, askedAt)}` : quoteLead(quote, askedAt);
}

/**
 * At most three: what has the question's words, and what memory puts before one that has. Where nothing has, the one
 * passage that memory puts first.
 */
function recalledQuotes(sentence: string, parts: TurnParts): { quotes: Quote[]; areNamed: boolean } {
  const stems = contentStems(sentence);
  const role = asksOfUs.test(sentence) ? 'ASSISTANT' : 'USER';
  const inMemory = parts.memory.flatMap((source) => {
    const text = source.role === role ? cut(source.text, stems) : null;
    return text === null ? [] : [{ source, text }];
  });
  // What stands in the recent turns is left out of memory, and has no marker.
  const inRecent = parts.recent.flatMap((message) => {
    const text = message.role === role ? cut(message.text, stems) : null;
    return text === null || !sharesStem(text, stems) ? [] : [{ source: { ...message, marker: null }, text }];
  });
  const shares = ({ text }: Quote) => sharesStem(text, stems);
  const close = inMemory.slice(0, inMemory.findLastIndex(shares) + 1);
  // A fact is in what names it; a subject may also be in what is only near to it.
  const asksFact = (asksForOwnFact(sentence) || /^remind me\b/i.test(sentence)) && !/\babout\b/i.test(sentence);
  const near = asksFact ? [] : close.filter((quote) => !shares(quote));
  const named: Quote[] = [...close.filter(shares), ...inRecent, ...near];
  if (named.length === 0) return { quotes: inMemory.slice(0, 1), areNamed: false };
  const distinct = named.filter(({ text }, index) => named.findIndex((other) => other.text === text) === index);
  const quotes = distinct
    .slice(0, MAX_QUOTES)
    .toSorted((a, b) => a.source.saidAt.getTime() - b.source.saidAt.getTime());
  return { quotes, areNamed: true };
}

function nothingFound(sentence: string, parts: TurnParts): string {
  const topic = topicAfter('about', plain(sentence)) ?? nameAsked(sentence);
  const oldest = parts.recent[0];
  const reach = oldest
    ? `in what I can see, which goes back to ${dateText(oldest.saidAt, parts.askedAt)}`
    : 'in what I can see';
  return `I find nothing ${topic ? `about ${topic}` : 'on that'} ${reach}.`;
}

const nameAsked = (sentence: string) => sentence.match(/^who(?:'s| is| was) (\p{Lu}\p{L}+)\W*$/iu)?.[1] ?? null;
