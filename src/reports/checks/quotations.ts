const OPENS = '“„‟«〝「『';
const CLOSES = '”»〞」』';

export interface Quoted {
  /** What stands between the outermost marks. */
  quotations: string[];
  /** The text without its quotations. */
  own: string;
}

/** Null where a quotation does not end, or ends without having begun. */
export function readQuotations(text: string): Quoted | null {
  const quotations: string[] = [];
  let own = '';
  let depth = 0;
  let from = 0;
  let isStraight = false;
  for (let at = 0; at < text.length; at += 1) {
    const sign = text.charAt(at);
    const isStraightSign = sign === '"' || sign === '＂';
    // A straight mark inside a curly quotation is a part of what is quoted.
    const opens = OPENS.includes(sign) || (isStraightSign && depth === 0);
    const closes = (CLOSES.includes(sign) && !isStraight) || (isStraightSign && isStraight);
    if (closes) {
      if (depth === 0) return null;
      depth -= 1;
      if (depth === 0) {
        quotations.push(text.slice(from, at));
        isStraight = false;
      }
    } else if (opens && !isStraight) {
      if (depth === 0) from = at + 1;
      depth += 1;
      isStraight ||= isStraightSign;
    } else if (depth === 0) own += sign;
  }
  return depth === 0 ? withSingle(quotations, own) : null;
}

/** ‘…’ and '…' quote too, where they are no apostrophes. */
const SINGLE = /(?<![\p{L}\p{N}])['‘‚‛`](?=[\p{L}\p{N}])([^‘‚‛`]*?[^\s])['’`](?![\p{L}\p{N}])/gu;

function withSingle(quotations: string[], own: string): Quoted {
  const rest = own.replace(SINGLE, (_all, quotation: string) => {
    quotations.push(quotation);
    return ' ';
  });
  return { quotations, own: rest };
}

/** Whether the quotation stands in the text word for word; white space, and the kind of marks inside, aside. */
export function isQuotedFrom(quotation: string, text: string): boolean {
  const wanted = folded(quotation);
  if (!/[\p{L}\p{N}]/u.test(wanted)) return false;
  const source = folded(text);
  for (let at = source.indexOf(wanted); at !== -1; at = source.indexOf(wanted, at + 1)) {
    const around = [source.slice(0, at), source.slice(at + wanted.length)] as const;
    if (!joins(around[0], wanted) && !joins(wanted, around[1])) return true;
  }
  return false;
}

/** Whether a word goes on from one text into the other. */
const joins = (before: string, after: string) =>
  /[\p{L}\p{M}\p{N}]$/u.test(before) && /^[\p{L}\p{M}\p{N}]/u.test(after);

// A model is shown other marks and brackets than were written: see `contained`.
const folded = (text: string) =>
  text
    .replace(/[\s\p{Cc}\u2028\u2029]+/gu, ' ')
    .trim()
    .replace(/[“”„‟«»〝〞"＂‘’‚‛`]/gu, "'")
    .replace(/[[【［]/gu, '(')
    .replace(/[\]】］]/gu, ')');
