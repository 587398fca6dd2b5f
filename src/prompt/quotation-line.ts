import { countTokens } from '../models/count-tokens.ts';
import { contained } from './contained.ts';
import { DELETED } from './prompt.ts';

/**
 * The quotation marks and the line break round a text. A tokenizer may join them with the text's own ends, so the sum is a
 * bound: over some ten thousand texts they cost -1 to 2.
 */
const QUOTATION_TOKENS = 3;

/** The tokenizer's own count of such a run depends on where it begins. */
const longRun = /\S{100}/;

/** One passage as the model sees it, on one line: `[2] The user, on 5 March 2026: “I sleep badly.”` */
export const quotationLine = (label: string, text: string) =>
  `${label}“${text === DELETED ? DELETED : contained(text)}”`;

/**
 * What `quotationLine` takes with its line break, or up to four tokens more; the same for a label with any marker up to
 * 999. Counts the label, and the text only where it is not sent as it was stored.
 *
 * @param passage with `countTokens` of its text
 */
export function quotationLineTokens(label: string, { text, tokens }: { text: string; tokens: number }): number {
  if (contained(text) !== text || longRun.test(text)) return countTokens(`${quotationLine(label, text)}\n`);
  return countTokens(label) + tokens + QUOTATION_TOKENS;
}
