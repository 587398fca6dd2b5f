import { pointsBack } from './is-referring.ts';

/**
 * That the viewer said something to the coach is true of all that is searched; these words find whoever else uses them.
 * `say`, `mention` and `discuss` need nothing more; who tells or talks may do so to somebody else, so they need "you" or "about".
 */
const FRAME = new RegExp(
  [
    /\b(?:(?:did|do|have|had) (?:i|we)|(?:i|we)(?:['’](?:ve|d)| have| had)?)/,
    /(?: (?:ever|already|just|once|last))?/,
    / (?:say|said|mention(?:ed)?|discuss(?:ed)?|(?:tell|told) you|(?:talk(?:ed)?|speak|spoke|spoken|writ(?:e|ten)|wrote)(?= (?:(?:to|with) you )?about))/,
    /(?: (?:to|with) you)?(?: (?:anything|something))?(?: about)?\b/,
  ]
    .map((part) => part.source)
    .join(''),
  'gi',
);

/** What a question is about, without what it says of having been told: "which injury did I mention?" asks for an injury. */
export function matterOf(question: string): string {
  const matter = question.replace(FRAME, ' ').replace(/\s+/g, ' ').trim();
  return /[\p{L}\p{N}]/u.test(matter) ? matter : question;
}

/** What is embedded for a question: with the turn before it, where it means nothing without. */
export const embeddedQuestion = (question: string, previousTurn: string | null): string =>
  previousTurn !== null && pointsBack(question) ? `${previousTurn} ${question}` : matterOf(question);
