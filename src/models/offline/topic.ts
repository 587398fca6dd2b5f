import { toSecondPerson } from './second-person.ts';
import { capitalized } from './sentences.ts';

const edge =
  /\b(?:that|which|who|because|and|but|or|when|if|is|are|was|were|to|in|on|at|for|with|so|since|after|before|as|today|yesterday|tomorrow|last|this|next|again|please|now|not|has|have|had|will|would|can|could|should|keeps|went)\b|[,.;:?!]/i;
const pointers =
  /^(?:it|that|this|them|him|her|me|you|us|which|what|how|the|a|an|my|your|something|anything|everything|things?|stuff)?$/i;

/** What stands after `word`, to its writer, up to four words: “about my new job and …” → “your new job”. */
export function topicAfter(word: 'about' | 'on' | 'with', sentence: string): string | null {
  const rest = sentence.match(new RegExp(`\\b${word} (.{1,80})`, 'i'))?.[1];
  const words = rest?.split(edge)[0]?.trim().split(' ') ?? [];
  const topic = words.join(' ');
  return words.length > 4 || pointers.test(topic) ? null : toSecondPerson(topic);
}

const qualities =
  'new|old|own|first|second|whole|current|former|older|younger|little|best|daily|weekly|morning|evening|next|last|big';
const possession = new RegExp(`\\b((?:my|our) (?:(?:${qualities}) )?[\\p{L}-]{3,20})(?![\\p{L}'])`, 'iu');

const slot =
  /[, ]{0,2}\b(today|tonight|tomorrow|yesterday|(?:this|next|last) (?:morning|afternoon|evening|night|week|weekend|month|year|spring|summer|autumn|fall|winter|monday|tuesday|wednesday|thursday|friday|saturday|sunday)|by (?:the end of (?:the )?)?(?:next )?(?:january|february|march|april|may|june|july|august|september|october|november|december|monday|tuesday|wednesday|thursday|friday|saturday|sunday|spring|summer|autumn|winter|christmas|week|month|year))\b/i;

/** The time a sentence names, and the sentence without it. */
export function takeSlot(sentence: string): { slot: string | null; rest: string } {
  const [whole, found] = sentence.match(slot) ?? [];
  if (whole === undefined || found === undefined) return { slot: null, rest: sentence };
  return { slot: found, rest: sentence.replace(whole, '').trim() };
}

/** The topic alone, “Your presentation, tomorrow.”; null where none is certain. */
export function topicSentence(sentence: string): string | null {
  const topic = topicAfter('about', sentence) ?? toSecondPerson(sentence.match(possession)?.[1] ?? '');
  if (topic === null || topic === '') return null;
  const { slot } = takeSlot(sentence);
  return `${capitalized(topic)}${slot === null ? '' : `, ${slot}`}.`;
}
