import type { PromptRole } from '../models/chat-model.ts';
import { countTokens } from '../models/count-tokens.ts';
import { labelOf } from './label.ts';
import { DELETED, type Passage } from './prompt.ts';

/**
 * The quotation marks and the line break round a text. A tokenizer may join them with the text's own ends, so the sum is a
 * bound: over some ten thousand texts they cost -1 to 2.
 */
const QUOTATION_TOKENS = 3;

/** The tokenizer's own count of such a run depends on where it begins. */
const longRun = /\S{100}/;

/** One recalled passage as the model sees it, on one line: `[2] The user, on 5 March 2026: “I sleep badly.”` */
export const memoryLine = (item: { marker: number; role: PromptRole; saidAt: Date; text: string }) =>
  `${labelOf(item.marker, item.role, item.saidAt)}“${item.text === DELETED ? DELETED : contained(item.text)}”`;

/**
 * What `memoryLine` takes with its line break, or up to four tokens more; the same for every marker up to 999.
 * Counts the label, and the text only where it is not sent as it was stored.
 */
export function memoryLineTokens(passage: Pick<Passage, 'role' | 'saidAt' | 'text' | 'tokens'>): number {
  const { role, saidAt, text, tokens } = passage;
  if (contained(text) !== text || longRun.test(text)) return countTokens(`${memoryLine({ marker: 1, ...passage })}\n`);
  return countTokens(labelOf(1, role, saidAt)) + tokens + QUOTATION_TOKENS;
}

/** `text` so that it can neither end its quotation, nor begin a line, nor name a source by a [n] of its own. */
function contained(text: string): string {
  return text
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .replace(/[“„‟«〝]/gu, '‘')
    .replace(/[”»〞]/gu, '’')
    .replace(/["＂]/gu, "'")
    .replace(/[[【［]/gu, '(')
    .replace(/[\]】］]/gu, ')');
}
