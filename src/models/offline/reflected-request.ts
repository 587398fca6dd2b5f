import { toSecondPerson } from './second-person.ts';
import { request } from './sentence-kinds.ts';
import { topicAfter } from './topic.ts';

/** What is wished for, as said to the one who wishes it; null where that is not certain. */
export function reflectedRequest(sentence: string): string | null {
  const asked = sentence.replace(/[\s?.!]{1,20}$/, '');
  const [, way] = asked.match(/^how (?:do|can|could|should|would|might) (?:i|we) (.+)$/i) ?? [];
  const [, whether] = asked.match(/^should (?:i|we) (.+)$/i) ?? [];
  const [, matter] =
    asked.match(/\bwhat (?:should|can|could|do|would) (?:i|we|you) (?:do|try|say) ((?:about|with|for|if|when) .+)$/i) ??
    [];
  const [, wanted] =
    asked.match(
      /^(?:please )?(?:give|show|tell|recommend|suggest)(?: to)? me ((?:a|an|some|the|one|two|three|five|my) .+)$/i,
    ) ?? [];
  const [, help] = asked.match(/^(?:can you |could you )?(?:please )?help me ((?:to|with) .+)$/i) ?? [];
  const [, hints] =
    asked.match(/^(?:do you have |have you (?:got )?)?any ((?:advice|tips|ideas|suggestions) .+)$/i) ?? [];
  const certain =
    said("You're looking for a way to", way) ??
    said("You're weighing whether to", whether) ??
    said('What to do', matter) ??
    said("You'd like", wanted) ??
    said("You'd like help", help) ??
    said("You'd like", hints);
  if (certain !== null) return certain;
  if (isForeignToCoaching(asked)) {
    return request.test(asked)
      ? 'That asks for something my rules do not do.'
      : 'That is a question my rules cannot answer.';
  }
  return said("You're asking about", topicAfter('about', asked) ?? undefined);
}

/** Asks for a fact or a piece of work, not for the writer's own next step. */
export const isForeignToCoaching = (sentence: string) =>
  !/\b(i|my|we|advice|tips?|ideas?|suggestions?|plan|help me|tell me what)\b/i.test(sentence);

function said(lead: string, words: string | undefined): string | null {
  const rest = words === undefined || words === '' ? null : toSecondPerson(words);
  return rest === null ? null : `${lead} ${rest}.`;
}
