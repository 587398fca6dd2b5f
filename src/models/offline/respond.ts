import type { TurnParts } from '../chat-model.ts';
import { outOfScopeReply } from './care.ts';
import { asksDocuments, documentQuotes, documentSentence } from './document-quote.ts';
import {
  affirmations,
  dangerReplies,
  distressReplies,
  goodbyes,
  honesty,
  otherLanguage,
  partingsInDanger,
  summariesInDanger,
  whatThisIs,
  wordless,
} from './honesty.ts';
import { type MessageKind, type ReadMessage, readMessage } from './kind-of-message.ts';
import { newInPlan } from './plan-change.ts';
import { type QuestionKind, questions, type Variants } from './questions.ts';
import { type Quote, quoted, quoteLead, relevantQuote } from './quotation.ts';
import { recalled, summedUp } from './recall.ts';
import { isForeignToCoaching } from './reflected-request.ts';
import { reflection, willing } from './reflection.ts';
import { kindOfSentence, request } from './sentence-kinds.ts';
import { plain } from './sentences.ts';
import { isOpening } from './short-reply.ts';
import { reflectedThanks } from './thanks.ts';
import { takeSlot } from './topic.ts';
import { inMiddle } from './turned.ts';
import { leastRecentlyUsed } from './variants.ts';

/**
 * The whole reply, by rules alone: what was heard, at most one quotation (three on recall), dated or with its document's
 * name, one open question.
 * The same parts give the same reply.
 */
export function respond(parts: TurnParts): string {
  const read = readMessage(parts.question, parts.recent);
  const say = (variants: Variants) => leastRecentlyUsed(variants, parts.recent);
  const ask = (kind: QuestionKind) =>
    say(questions[kind])
      .replace('{when}', () => whenOf(read.sentence))
      .replace('{new}', () => newInPlan(read.sentence) ?? 'it');
  const onFirst = parts.isFirstReply ? [honesty[0]] : [];

  switch (read.kind) {
    case 'DISTRESS':
      return join(say(distressReplies), ask('DISTRESS'));
    case 'DANGER_TO_OTHERS':
      return join(say(dangerReplies), ask('DANGER_TO_OTHERS'));
    case 'PARTING_IN_DANGER':
      return say(partingsInDanger);
    case 'SUMMARY_IN_DANGER':
      return join(say(summariesInDanger), ask('SUMMARY_IN_DANGER'));
    case 'OUT_OF_SCOPE':
      return join(outOfScopeReply(read.sentence) ?? '', say(honesty), ask('OUT_OF_SCOPE'));
    case 'REMINDER':
      return join("I can't send reminders, and I act on nothing outside this session.", ...onFirst, ask('REMINDER'));
    case 'LOSS':
      return join('I am sorry to read that.', ...onFirst, ask('LOSS'));
    case 'IDENTITY':
      return join(say(whatThisIs), ask('IDENTITY'));
    case 'WORDLESS':
      return join(say(wordless), ...onFirst, ask('WORDLESS'));
    case 'OTHER_LANGUAGE':
      return join(say(otherLanguage), ask('OTHER_LANGUAGE'));
    case 'GOODBYE':
      return join(say(goodbyes), ...onFirst);
    case 'THANKS':
      return join(reflectedThanks(parts.question) ?? '', ...onFirst, ask('THANKS'));
    case 'SUMMARY': {
      const { text, found } = summedUp(parts);
      return join(...onFirst, text, ask(found === 0 ? 'OPENING' : found === 1 ? 'RECALL_ONE' : 'RECALL'));
    }
    case 'RECALL': {
      const { text, found } = recalled(read.sentence, parts);
      return join(...onFirst, text, ask(found === 0 ? 'RECALL_NONE' : found === 1 ? 'RECALL_ONE' : 'RECALL'));
    }
    case 'RATING': {
      const rating = read.sentence.match(/\b(?:10|\d)\b/)?.[0] ?? '';
      return join(`${rating} out of 10.`, ...onFirst, ask(rating === '10' ? 'TOP_RATING' : 'RATING'));
    }
    default:
      return coached(read, parts, say, ask);
  }
}

function coached(
  read: ReadMessage,
  parts: TurnParts,
  say: (variants: Variants) => string,
  ask: (kind: QuestionKind) => string,
): string {
  const heard = reflection(read.kind, read.sentence, parts.question);
  const [passage] = documentQuotes(parts.question, parts);
  const quote = passage && asksDocuments(parts.question, parts) ? null : relevantQuote(parts);
  const honest = parts.isFirstReply ? [honesty[0]] : read.kind === 'ADVICE' ? [say(honesty)] : [];
  if (quote !== null && isConflict(read.kind, quote) && heard.startsWith('You')) {
    const lead = quoteLead(quote, parts.askedAt);
    return join(`${lead} ${quoted(quote)}; today ${inMiddle(heard)}`, ...honest, ask('CONFLICT'));
  }
  const deed = honest.length > 0 ? null : deedOf(read);
  return join(
    heard,
    ...honest,
    ...(deed === null ? [] : [say(affirmations[deed])]),
    ...(quote === null
      ? [passage].flatMap((one) => (one ? documentSentence(one) : []))
      : [`${quoteLead(quote, parts.askedAt)}: ${quoted(quote)}.`]),
    ask(questionKind(read, parts.recent.length === 0)),
  );
}

const join = (...sentences: string[]) => sentences.filter((sentence) => sentence !== '').join(' ');

/** Wanted then and refused now, or the other way round. */
function isConflict(kind: MessageKind, { text }: Quote): boolean {
  const before = kindOfSentence(plain(text));
  const wants = (one: MessageKind) => one === 'GOAL' || one === 'COMMITMENT';
  return (wants(kind) && before === 'RELUCTANT') || (kind === 'RELUCTANT' && wants(before));
}

const clock =
  /\b(today|tonight|tomorrow|every|(mon|tues|wednes|thurs|fri|satur|sun)days?|at \d|before|after|when|next week|this (week|morning|afternoon|evening|weekend))\b/i;

function deedOf({ kind, sentence }: ReadMessage): keyof typeof affirmations | null {
  if (kind === 'SETBACK') return 'MISS';
  return kind === 'COMMITMENT' && clock.test(sentence) ? 'TIME' : null;
}

function questionKind({ kind, sentence }: ReadMessage, isBeginning: boolean): QuestionKind {
  if (kind === 'COMMITMENT' && clock.test(sentence)) return 'TIMED_COMMITMENT';
  if (kind === 'ADVICE' && isForeignToCoaching(sentence)) return request.test(sentence) ? 'REQUEST' : 'QUESTION';
  if (kind === 'AMBIVALENT' && !willing.test(sentence)) return 'OTHER';
  if (kind === 'SHORT' && isOpening(sentence)) return isBeginning ? 'OPENING' : 'GOING_ON';
  const good = /\b(happy|proud|relieved|excited|calm|grateful|good|great|better|fine)\b/i;
  if (kind === 'FEELING' && good.test(sentence) && !/\b(not|don't|isn't|never)\b/i.test(sentence))
    return 'GOOD_FEELING';
  if (kind === 'PLAN_CHANGE' && newInPlan(sentence) === null) return 'OPEN_PLAN_CHANGE';
  return kind === 'GOODBYE' || kind === 'PARTING_IN_DANGER' || kind === 'SUMMARY' ? 'OTHER' : kind;
}

function whenOf(sentence: string): string {
  const { slot } = takeSlot(sentence);
  return slot !== null && /^(this |today|yesterday|tonight|last )/i.test(slot)
    ? slot.replace(/^\p{Lu}/u, (first) => first.toLowerCase())
    : 'this time';
}
