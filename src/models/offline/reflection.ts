import type { MessageKind } from './kind-of-message.ts';
import { reflectedPlanChange } from './plan-change.ts';
import { reflectedRequest } from './reflected-request.ts';
import { toSecondPerson } from './second-person.ts';
import { feltBecause, outcome } from './sentence-kinds.ts';
import { capitalized, wordCount } from './sentences.ts';
import { reflectedShort } from './short-reply.ts';
import { takeSlot, topicSentence } from './topic.ts';
import { inMiddle, withSubject, youSentence } from './turned.ts';

/** What is said where no sentence can be turned round with certainty. */
const fallbacks: Partial<Record<MessageKind, string>> = {
  ADVICE: "You're looking for an answer.",
  REPORT: 'You did something about it.',
  SETBACK: 'It did not go as planned.',
  AMBIVALENT: 'There are two sides to it.',
  RELUCTANT: "You'd rather leave it for now.",
  COMMITMENT: 'You have a plan.',
  GOAL: 'There is something you want.',
  FEELING: 'It has stayed with you.',
  SHORT: 'All right.',
};

/** What was heard, in one sentence to the writer. Where the words are not certain, the topic alone, or less. */
export function reflection(kind: MessageKind, sentence: string, question: string): string {
  const special = reflections[kind]?.(sentence) ?? null;
  if (special !== null) return special;
  const fallback =
    fallbacks[kind] ?? (wordCount(question) > 60 ? 'There is a lot in that.' : 'So that is where things stand.');
  return youSentence(sentence) ?? topicSentence(sentence) ?? fallback;
}

const reflections: Partial<Record<MessageKind, (sentence: string) => string | null>> = {
  ADVICE: reflectedRequest,
  REPORT: reflectedReport,
  AMBIVALENT: reflectedSides,
  GOAL: reflectedGoal,
  PLAN_CHANGE: reflectedPlanChange,
  FEELING: (sentence) => youSentence(sentence.match(feltBecause)?.[1] ?? ''),
  SHORT: reflectedShort,
};

/** “Ran 3 km this morning in the rain” → “You ran 3 km, in the rain.”; the time is left to the question. */
function reflectedReport(sentence: string): string | null {
  if (/\b(and|but|because|so|when|while)\b|[,;]/i.test(sentence)) return reflectedOutcome(sentence);
  const { rest } = takeSlot(sentence.replace(/[.!]{1,20}$/, ''));
  const [, action, circumstance] =
    rest.match(
      /^(.+?) ((?:in the (?:rain|snow|dark|cold|heat|wind|sun|morning|evening|end)|despite|even though|without|before|after|on my own|alone|all by myself)\b.*)$/i,
    ) ?? [];
  if (action === undefined || circumstance === undefined || wordCount(withSubject(action)) < 3)
    return youSentence(rest);
  return youSentence(`${action}, ${circumstance}`);
}

/** Of several deeds the one with the quantity or the outcome: “I ate pizza and drank two beers” → “You drank two beers.” */
function reflectedOutcome(sentence: string): string | null {
  const clauses = sentence.split(/[,;:]\s|\s(?=(?:and|but|because|so|when|while)\s)/);
  const clause = clauses.map((one) => one.replace(/^and /i, '').trim()).find((one) => outcome.test(one));
  return clause === undefined ? null : youSentence(takeSlot(clause.replace(/[.!]{1,20}$/, '')).rest);
}

export const willing = /\b(want|should|would like|i'd like|need to|know|love|plan|could|wish|ought|hope)\b/i;

/** The reluctant half, then the willing one where there is one, joined by “and”: neither is argued with. */
function reflectedSides(sentence: string): string | null {
  const inner = sentence
    .replace(/[.!]{1,20}$/, '')
    .match(/^(.+?),? (?:but|though|although|however,?|on the other hand,?) (.+)$/i);
  const leading = sentence.replace(/[.!]{1,20}$/, '').match(/^(?:al)?though (.+?), (.+)$/i);
  const [, first = '', second = ''] = leading ?? inner ?? [];
  const sides = willing.test(first) && !willing.test(second) ? [second, first] : [first, second];
  const [reluctantSide, willingSide] = sides.map((side) => youSentence(side));
  if (!reluctantSide || !willingSide || wordCount(`${reluctantSide} ${willingSide}`) > 20) return null;
  return `${reluctantSide.slice(0, -1)}, and ${inMiddle(willingSide)}`;
}

/** “I want to get fitter this year” → “Fitter, this year.”; other wishes are said whole. */
function reflectedGoal(sentence: string): string | null {
  const { slot, rest } = takeSlot(sentence.replace(/[.!]{1,20}$/, ''));
  const [, state] =
    rest.match(
      /^(?:i|we)(?:'d| would)? (?:really |just )*(?:want|wanna|like|love|wish|hope|need)(?: to)? (?:get|be|become|feel) (?!(?:to|rid|up|out|over|back|in|on|off|through|away|able|going|down|into|my|the|like|as)\b)(.+)$/i,
    ) ?? [];
  const topic = state === undefined || wordCount(state) > 7 ? null : toSecondPerson(state);
  return topic === null ? null : `${capitalized(topic)}${slot === null ? '' : `, ${slot}`}.`;
}
