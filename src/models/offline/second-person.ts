import { wordCount } from './sentences.ts';

const swaps: Record<string, string> = {
  i: 'you',
  "i'm": "you're",
  im: "you're",
  "i've": "you've",
  ive: "you've",
  "i'd": "you'd",
  "i'll": "you'll",
  me: 'you',
  my: 'your',
  mine: 'yours',
  myself: 'yourself',
  we: 'you',
  "we're": "you're",
  "we've": "you've",
  "we'd": "you'd",
  "we'll": "you'll",
  us: 'you',
  our: 'your',
  ours: 'yours',
  ourselves: 'yourselves',
};

const MAX_WORDS = 15;

// "You" already means someone else there; a word too many would be turned round, or read as ours.
const uncertain =
  /\b(you|your|yours|you're|you've|you'd|you'll|yourself|u|ur|why|let's|lets|am i|was i|do i|did i|have i|well done|proud of (me|us)|great job|good job|amazing|awesome|fantastic|brilliant|excellent|wonderful|impressive|incredible)\b/i;
const plainWords = /^(?:[\p{L}\p{N}](?:[\p{L}\p{N}'’&/%-]|[.:,](?=\p{N})){0,24}(?:[,;:]? |$)){1,15}$/u;

/**
 * The clause as said to its writer: “I lost my keys” → “you lost your keys”.
 *
 * @returns null where that is not certain, or not short
 */
export function toSecondPerson(clause: string): string | null {
  const bare = clause.replace(/[\s.,;:!]{1,20}$/, '');
  if (wordCount(bare) > MAX_WORDS || uncertain.test(bare) || !plainWords.test(bare)) return null;
  return bare
    .replace(/\bI((?: (?:really|just|also|still|never|always|usually|[a-z]+ly))?) am\b/gi, 'I$1 are')
    .replace(/\b(I|we)((?: (?:really|just|also|still|never|always|usually|[a-z]+ly))?) was\b/gi, '$1$2 were')
    .replace(/[\p{L}']+/gu, (word) => (word === 'US' ? word : (swaps[word.toLowerCase()] ?? word)));
}
