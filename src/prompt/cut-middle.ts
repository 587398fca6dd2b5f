import { countTokens, cutToTokens } from '../models/count-tokens.ts';
import { ELLIPSIS, type Range } from './prompt.ts';

export interface CutText {
  /** What was kept, joined by ELLIPSIS. */
  text: string;
  ranges: [beginning: Range, end: Range];
  tokens: number;
}

/** As much of the beginning and the end of `text`, about half and half, as `maxTokens` hold; at least a dozen of them. */
export function cutMiddle(text: string, maxTokens: number): CutText {
  let allowed = maxTokens - countTokens(ELLIPSIS);
  let cut = ends(text, allowed);
  // Joined, texts may count for more than they did apart.
  while (cut.tokens > maxTokens) {
    allowed -= 1;
    cut = ends(text, allowed);
  }
  return cut;
}

function ends(text: string, tokens: number): CutText {
  const beginning = cutToTokens(text, Math.ceil(tokens / 2), 'start');
  const end = cutToTokens(text, Math.floor(tokens / 2), 'end');
  const resumesAt = Math.max(beginning.length, text.length - end.length);
  const kept = beginning + ELLIPSIS + text.slice(resumesAt);
  return {
    text: kept,
    ranges: [
      [0, beginning.length],
      [resumesAt, text.length],
    ],
    tokens: countTokens(kept),
  };
}
