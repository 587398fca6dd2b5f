import { dangerIn } from './danger.ts';
import { plain } from './sentences.ts';

const body = '(?:arms?|wrists?|legs?|thighs?|stomach|skin|body)';

/** What is told of harm to oneself without a cry for help in it; also where it did not happen. */
const selfHarm = [
  new RegExp(
    `\\b(?:cut|cuts|cutting|burn\\w*|scratch\\w*|hit|hitting|starv\\w+|hurt|hurting|harm\\w*|bruis\\w+|punish\\w*|chok\\w+) (?:myself|my (?:own )?${body})\\b`,
  ),
  /\b(?:clean from|free of|days? without|weeks? without|months? without|stopped|quit) (?:cutting|self[- ]?harm\w*|hurting)\b/,
  /\b(?:haven't|have not|hadn't|didn't|did not|never) (?:cut|self[- ]?harm\w*)(?: again)?(?: (?:for|in|since)\b|$|[.,;!])/,
  /\b(?:sav(?:e|ed|ing)|stash\w*|hoard\w*|collect\w*|count\w*)(?: up)? (?:\w+ ){0,3}(?:pills|tablets|meds|medication)\b/,
  /\bgoodbye (?:letters?|notes?)\b|\b(?:wrote|writing|written|write) my will\b/,
  /\b(?:make|making|made) myself (?:throw up|vomit|sick)\b|\bpurg(?:e|ed|ing)\b(?! (?:the|my|our) (?:files?|inbox|wardrobe|closet|list))/,
  /\b(?:bought|found|tied|hid) (?:a|the) (?:rope|noose)\b/,
];

/** Whether a text is of danger, or of harm to oneself: no material to quote, to count, or to call a step forward. */
export function speaksOfHarm(text: string): boolean {
  if (dangerIn(text) !== null) return true;
  const words = plain(text).toLowerCase();
  return selfHarm.some((pattern) => pattern.test(words));
}
