import { isDeed } from './past-tense.ts';
import { toSecondPerson } from './second-person.ts';
import { request } from './sentence-kinds.ts';
import { capitalized, wordCount } from './sentences.ts';

const beginsSafely =
  /^(?:i|i'm|im|i've|ive|i'd|i'll|my|we|we're|we've|our|it|it's|its|the|this|that|that's|there|there's|there are|he|she|they|his|her|their|a|an|some|everyone|everybody|nobody|no one|people|today|yesterday|last|every|these|those|nothing|everything|sometimes|mostly|lately|recently|maybe|perhaps)\b/i;

const beginsWithName =
  /^\p{Lu}[\p{L}-]+ (?:and|is|was|has|had|said|told|wants|keeps|will|would|can't|doesn't|didn't|isn't|\p{L}{2,20}ed)\b/u;

/** Neither a question nor a request, where “you” would be someone else. */
const canBeTurned = (clause: string) =>
  beginsSafely.test(clause) || (beginsWithName.test(clause) && !request.test(clause));

/** The sentence, or the first clause of it that can stand alone, as said to its writer. */
export function youSentence(sentence: string): string | null {
  const clauses = [
    sentence,
    ...sentence.split(/[,;:]\s|\s(?=(?:and|but|because|so|which|although|though|when|while|since)\s)/),
  ];
  for (const clause of clauses) {
    const whole = withSubject(clause.trim().replace(/\?$/, ''));
    const said = wordCount(whole) >= 2 && canBeTurned(whole) ? toSecondPerson(whole) : null;
    if (said !== null && !clause.endsWith('?')) return `${capitalized(said)}.`;
  }
  return null;
}

/** “Ran 3 km” → “I ran 3 km”: in notes people leave themselves out. */
export function withSubject(clause: string): string {
  const [first = ''] = clause.toLowerCase().match(/^[a-z']+/) ?? [];
  const rest = clause.charAt(0).toLowerCase() + clause.slice(1);
  if (
    isDeed(first) ||
    /^(missed|skipped|failed|forgot|slipped|relapsed|gave|didn't|couldn't|haven't|want|need|can't|don't|cannot|messed)$/.test(
      first,
    )
  ) {
    return `I ${rest}`;
  }
  if (
    /^(tired|anxious|stressed|overwhelmed|sad|angry|lonely|scared|worried|nervous|happy|frustrated|stuck|exhausted|bored|relieved|excited|feeling|trying|hoping|going|looking|thinking|struggling)$/.test(
      first,
    )
  ) {
    return `I'm ${rest}`;
  }
  if (first === 'am') return `I ${rest}`;
  return first === 'been' ? `I've ${rest}` : clause;
}

/** As it is written after a comma; a name keeps its capital. */
export function inMiddle(sentence: string): string {
  return beginsSafely.test(sentence) || /^you/i.test(sentence)
    ? sentence.charAt(0).toLowerCase() + sentence.slice(1)
    : sentence;
}
