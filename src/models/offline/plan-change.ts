import { toSecondPerson } from './second-person.ts';
import { capitalized, wordCount } from './sentences.ts';

const oneTime =
  "(?:(?:mon|tues|wednes|thurs|fri|satur|sun)days?(?: (?:mornings?|afternoons?|evenings?|nights?))?|mornings?|afternoons?|evenings?|nights?|lunch ?times?|noon|weekends?|weekdays|tomorrow|today|tonight|next (?:week|month)|\\d{1,2}(?:[:.]\\d{2})?(?: ?(?:am|pm|o'clock))?|(?:once|twice|\\w+ times) a week|daily)\\b";
const time = `(?:(?:on |at |in the |the )?${oneTime}(?: and ${oneTime})?)`;

const proposes =
  /^(?:let's|lets|let us|can (?:we|i)|could (?:we|i)|how about|what if (?:we|i)|change of plans?|new plan|(?:please )?(?:change|switch|swap|move|shift|push|postpone|reschedule|make) )(?! not\b)/i;
const intends =
  /^(?:i|we)(?:'ll| will|'d like to| would like to| want to|'m going to| am going to|'re going to| need to|'ve decided to| have decided to|'d rather| would rather)\b(?! not\b)/i;

const between = ' (?:instead of|rather than|and not) ';
const timesSwapped = new RegExp(`(${time})${between}(${time})`, 'i');
const bareSwap = new RegExp(`^(?:${time})${between}(?:${time})(?!.*\\?)`, 'i');
const thingsSwapped =
  /(?:^|[:,;] |\b(?:do|try|have|use|to|make it|go for|about|we|i) )((?:[\p{L}\d'-]+ ){0,2}[\p{L}\d'-]+) (?:instead of|rather than) ((?:[\p{L}\d'-]+ ){0,2}[\p{L}\d'-]+)(?=[\s.,;:?!]|$)/iu;
const moved = new RegExp(
  `\\b(?:(?:move|shift|switch|change|push|reschedule|postpone|bring|put)(?: (?:it|this|that|them|(?:the|my|our) [\\p{L}-]+(?: [\\p{L}-]+)?))?(?: (?:from ${time}|back|forward|over))? (?:to|until|on) |(?:make (?:it|that)|how about|let's (?:do|say|try|go for)|change of plans?[:,]) )(${time})`,
  'iu',
);
const planChanged =
  /\b(?:change|adjust|revise|update|rethink|redo) (?:the|my|our|this|that) (?:whole )?(?:plan|goal|schedule|routine)\b|^change of plans?\b|^new plan\b/i;

interface PlanChange {
  to: string | null;
  from: string | null;
}

/** “Wednesdays instead of Tuesdays”: what takes the place of what, as far as it is said; null where no plan changes. */
export function planChange(sentence: string): PlanChange | null {
  const isProposal = proposes.test(sentence);
  if (!isProposal && !intends.test(sentence) && !bareSwap.test(sentence)) return null;
  const swap = timesSwapped.exec(sentence) ?? (isProposal ? thingsSwapped.exec(sentence) : null);
  if (swap !== null) return { to: withoutLead(swap[1]), from: withoutLead(swap[2]) };
  const to = moved.exec(sentence)?.[1];
  if (to !== undefined) return { to: withoutLead(to), from: null };
  return planChanged.test(sentence) ? { to: null, from: null } : null;
}

const withoutLead = (words = '') => {
  const bare = toSecondPerson(words.replace(/^(?:on|at|in the|in|to|the|do|try|have|go) /i, ''));
  return bare === null ? null : bare.replace(/^(?:mon|tues|wednes|thurs|fri|satur|sun)day/i, capitalized);
};

/** “Wednesdays instead of Tuesdays.” */
export function reflectedPlanChange(sentence: string): string {
  const { to, from } = planChange(sentence) ?? { to: null, from: null };
  if (to === null) return 'A change of plan.';
  return from === null ? `${capitalized(to)}, then.` : `${capitalized(to)} instead of ${from}.`;
}

/** What the plan changes to, for a question: one day of it, “Wednesday”; null where that is not said in a few words. */
export function newInPlan(sentence: string): string | null {
  const to = planChange(sentence)?.to ?? null;
  if (to === null || wordCount(to) > 3) return null;
  const isDay = /^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day/.test(to);
  return isDay ? to.replace(/days$/, 'day') : to.charAt(0).toLowerCase() + to.slice(1);
}
