import { questionTerms, termsOf } from '../terms.ts';

/** With fewer terms a question says too little by itself. */
const FEW_TERMS = 3;
/** A longer question names what it refers to. */
const MAX_WORDS = 12;

const REFERENCE = new Set(
  `it its this that these those they them their he him his she her there then same other else more again instead one ones
  former latter`.split(/\s+/),
);
const CONTINUATION = /^\s*(and|but|or|so|also|then|because|what about|how about|what else|which one|why)\b/i;

/** Whether the words of the turn before a question may help to find what it asks for: it is short, or points back. */
export const isReferring = (question: string): boolean =>
  questionTerms(question).length < FEW_TERMS || pointsBack(question);

/** Whether a question means something only after the turn before it. */
export function pointsBack(question: string): boolean {
  if (questionTerms(question).length === 0) return true;
  const words = termsOf(question);
  return words.length <= MAX_WORDS && (CONTINUATION.test(question) || words.some((word) => REFERENCE.has(word)));
}
