import { plain, sentencesOf } from './sentences.ts';

const lead = '(?:(?:ok|okay|great|cool|nice|well|ah|oh|yes|yeah|right|good|wow|perfect|hm+|and)[,.!]? )*';
const thanks =
  '(?:(?:many |so many )?(?:thanks|thank you|thx|ty|cheers)(?: (?:a lot|a bunch|so much|very much|again|coach|everyone|for (?:that|this|it|asking|listening|everything|(?:the|your|all the|all your) (?:questions?|help|reminder|talk|chat|input|time|support|quotes?))))*)';
const helped =
  "(?:(?:i think |yes,? |really,? )?(?:that|this|it|you|talking(?: about it)?|writing it down)(?:'s| is| was| has been| have been| has| have| did| really| actually| already| very| so| quite| just| all)* (?:helps?|helped|helping|helpful|useful|good to (?:know|hear|see)|a (?:good|helpful|useful|great) (?:point|question|idea|thought|way to see it)|what i needed(?: to hear)?)(?: (?:me|a lot|lots|a bit|a little|so much|already|indeed|today|enormously|to (?:hear|know|see|think about)))*|(?:very |really |so |super )?(?:helpful|useful)|good (?:point|question)|(?:i )?(?:really )?appreciate (?:it|that|this|you|your help)|much appreciated)";

const isHelped = new RegExp(`^${lead}(?:${thanks}[,.!]* ?(?:and |- ?)?)?${helped}(?:[,.]? ${thanks})?\\W*$`, 'i');
const isThanked = new RegExp(`^${lead}${thanks}\\W*$`, 'i');

/** “Good to hear.” or “You're welcome.” for a message that is thanks and nothing else; null for every other. */
export function reflectedThanks(text: string): string | null {
  if (text.length > 300) return null;
  const sentences = sentencesOf(text).map(plain);
  const said = sentences.filter((sentence) => isHelped.test(sentence) || isThanked.test(sentence));
  if (sentences.length === 0 || said.length < sentences.length) return null;
  return sentences.some((sentence) => isHelped.test(sentence)) ? 'Good to hear.' : "You're welcome.";
}
