import { toSecondPerson } from './second-person.ts';
import { capitalized } from './sentences.ts';
import { youSentence } from './turned.ts';

const shortReplies: [RegExp, string][] = [
  [/^(hi|hello|hey|good (morning|afternoon|evening)|greetings)\b/i, 'Hello.'],
  [/^(i'm|im|i am) new\b/i, 'Hello.'],
  [
    /^(yes|yeah|yep|yup|sure|ok|okay|right|fine|true|correct|exactly|agreed|alright|all right)\b[^a-z]*$/i,
    'All right.',
  ],
  [/^(no|nope|nah|not really|never)\b[^a-z]*$/i, 'All right, no.'],
  [/^(i don't know|idk|dunno|no idea|not sure|don't know|i'm not sure|hard to say)\b/i, "You don't know yet."],
  [/^(maybe|perhaps|possibly|sort of|kind of)\b[^a-z]*$/i, 'Perhaps, then.'],
];

/** Nothing to go on: a greeting, a yes, a no. */
export const isOpening = (sentence: string) =>
  sentence === '' ||
  shortReplies.some(([pattern]) => pattern.test(sentence)) ||
  (youSentence(sentence) === null && toSecondPerson(sentence) === null);

/** What under five words get: a greeting its own, else the words themselves. */
export function reflectedShort(sentence: string): string | null {
  const known = shortReplies.find(([pattern]) => pattern.test(sentence))?.[1];
  if (known !== undefined) return known;
  const whole = youSentence(sentence) ?? toSecondPerson(sentence);
  return whole ? `${capitalized(whole).replace(/\.$/, '')}.` : null;
}
