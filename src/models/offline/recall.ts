import type { TurnParts } from '../chat-model.ts';
import { contentStems } from './content-stems.ts';
import { cut, type Quote, quoted, quoteLead, sharesStem } from './quotation.ts';
import { dateText, plain } from './sentences.ts';
import { topicAfter } from './topic.ts';

const MAX_QUOTES = 3;

/** Of “what did you suggest”, the assistant's words are the answer. */
const asksOfUs =
  /\byou (ever )?(say|said|suggest|suggested|tell|told|recommend|recommended|ask|asked|advise|advised|write|wrote)\b/i;

const amounts = ['One passage.', 'Two passages, oldest first.', 'Three passages, oldest first.'];

export interface Recalled {
  text: string;
  found: number;
}

/** Up to three dated quotations, oldest first; with none, that nothing was found and how far back that looked. */
export function recalled(sentence: string, parts: TurnParts): Recalled {
  const quotes = recalledQuotes(sentence, parts);
  const amount = amounts[quotes.length - 1];
  if (amount === undefined) return { text: nothingFound(sentence, parts), found: 0 };
  const lines = quotes.map((quote) => `${leadOf(quote, parts.askedAt)}: ${quoted(quote)}.`);
  return { text: [amount, ...lines].join(' '), found: quotes.length };
}

function leadOf(quote: Quote, askedAt: Date): string {
  return quote.source.role === 'USER' ? `On ${dateText(quote.source.saidAt, askedAt)}` : quoteLead(quote, askedAt);
}

function recalledQuotes(sentence: string, parts: TurnParts): Quote[] {
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
  const all: Quote[] = [...inMemory.filter(shares), ...inRecent, ...inMemory.filter((quote) => !shares(quote))];
  const distinct = all.filter(({ text }, index) => all.findIndex((other) => other.text === text) === index);
  return distinct.slice(0, MAX_QUOTES).toSorted((a, b) => a.source.saidAt.getTime() - b.source.saidAt.getTime());
}

function nothingFound(sentence: string, parts: TurnParts): string {
  const topic = topicAfter('about', plain(sentence));
  const oldest = parts.recent[0];
  const reach = oldest
    ? `in what I can see, which goes back to ${dateText(oldest.saidAt, parts.askedAt)}`
    : 'in what I can see';
  return `I find nothing ${topic ? `about ${topic}` : 'on that'} ${reach}.`;
}
