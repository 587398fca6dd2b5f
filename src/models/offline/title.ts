import { contentStems } from './content-stems.ts';
import { speaksOfHarm } from './harm.ts';
import { isWordless } from './readable.ts';
import { kindOfSentence, type SentenceKind } from './sentence-kinds.ts';
import { capitalized, plain, sentencesOf } from './sentences.ts';

const MAX_WORDS = 8;
/** What comes later is no beginning any more. */
const MAX_READ_CHARACTERS = 4_000;
const MAX_CHARACTERS = 50;

/** A list of sessions is read over other people's shoulders. */
const IN_DANGER = 'A difficult time';

// What somebody came for says more than what they tell of it.
const weights: Partial<Record<SentenceKind, number>> = {
  GOAL: 3,
  PLAN_CHANGE: 3,
  COMMITMENT: 2,
  REPORT: 2,
  SETBACK: 2,
  AMBIVALENT: 2,
  RELUCTANT: 2,
  FEELING: 2,
  ADVICE: 2,
};

/** Enough to tell what a sentence is about; more only makes it longer. */
const TELLING_WORDS = 3;

const adverbs =
  "(?:really|just|also|still|finally|always|kind of|sort of|even|actually|already|only|now|then|so|have|'ve|am|'m|'d|would|do|did|might|should|must|could|can|will|'ll|never)";
const wishes =
  '(?:want|wanna|need|like|love|wish|hope|plan|mean|have|try|trying|hoping|looking|aiming|going|decided|thinking (?:of|about))';

/** What stands before the matter, in the order it is taken off; each may be missing. */
const frames = [
  /^(?:(?:hi|hello|hey|ok|okay|so|well|yes|yeah|no|honestly|actually|anyway|look|right|and|but|also|please|thanks|thank you|good (?:morning|evening))\b[,.:]? ?)+/i,
  /^(?:(?:today|yesterday|lately|recently|currently|this (?:morning|week|month|year)|last (?:night|week|month|year)),? )(?=i\b)/i,
  /^(?:i (?:know|think|feel|guess|believe|suppose|realized?|noticed?|notice|have a feeling|am sure|'m sure)|the (?:thing|problem|truth|point) is|it(?:'s| is) (?:just )?that|maybe|perhaps)(?:,? that)? (?=i\b)/i,
  /^(?:can|could|would|will) you (?:please )?(?:help me(?: to| with)?|give me|tell me|show me|explain|write me|write|make me)(?: some| an?| any)? ?/i,
  /^(?:please )?(?:help me(?: to| with)?|give me|tell me|show me)(?: some| an?| any)? /i,
  /^(?:do you have |have you got |got )?any (?:advice|tips|ideas|suggestions|thoughts) (?:on|for|about|to|how to) /i,
  /^(?:what|which) (?:should|can|could|do|would|shall) (?:i|we|you) (?:do|say|think|suggest|recommend|advise)(?: about| with| to| of| when| if)? /i,
  /^what (?:would|could|is|are) (?:be )?(?:an?|the|some) /i,
  /^how (?:do|can|could|should|would|shall) (?:i|we|you) /i,
  /^(?:do|can) you (?:still )?(?:remember|recall)(?: what| when| how| that| if)? /i,
  /^(?:what|when) (?:did|have) (?:i|we|you) (?:ever |already )?(?:say|said|tell|told|write|written|mention|decide|plan)(?: you)?(?: about| of| on)? /i,
  /^(?:my|our) (?:(?:main|biggest|new|first|next) )?(?:goal|aim|dream|plan|wish|problem|question)(?: for [\p{L}\d ]{1,20}?)? is (?:to )?/iu,
  new RegExp(`^(?:i|we)(?: ?${adverbs})* ${wishes} (?:to|a|an|some|my)(?: be able to| get to| start| begin)? `, 'i'),
  new RegExp(`^(?:i|we)(?: ?${adverbs})* (?=\\p{L})`, 'iu'),
  /^(?:i'm|im|i am|i've been|i have been|ive been|i've|ive|been|am)(?: (?:so|very|really|just|still|too|quite|totally|feeling|trying to|going to|thinking (?:of|about)))* /i,
  /^(?:want|wanna|need|trying|hoping|looking|going|would like)(?: to)(?: be able to)? /i,
  /^(?:it(?:'s| is)|there(?:'s| is| are)|that(?:'s| is))(?: about)? /i,
  /^(?:feel|feeling|felt)(?: (?:so|very|really|a bit|quite))? /i,
  /^(?:finally|just|really|also|still|even|start|begin) /i,
];

const clauseEnd =
  /[,;:?!.]\s|[，。！？；：、]|\s(?=(?:and|but|because|so|which|although|though|while|since|unless|until|whereas|cause|cuz|or|then)\s)|\s[-–—]\s/i;
const noMatter = /^(?:hi|hello|hey|idk|lol|hm+|test|hmm+|talk (?:to you|soon|later).*|see you.*)$/i;
const question =
  /^(?:should|shall|what|who|why|when|where|which|how|do|does|did|are|am|is|was|can|could|will|would|may)\b/i;
/** What cannot stand at the end of a line. */
const dangling =
  /\s+(?:a|an|the|my|our|your|his|her|their|its|this|that|these|those|to|of|in|on|at|for|with|by|from|about|into|and|or|but|so|as|than|when|if|because|is|are|was|were|be|it|i|we|not|very|more|too|before|after|every|each|some|any|who|which|while|how|what|up to|over|between|one|two|three|four|five|six|seven|eight|nine|ten|\d+|don't|didn't|can't|there)$/i;

/**
 * What a session that begins with this message may be called: its most telling words, in the order they stand there.
 *
 * @returns one line without a full stop; null where nothing in it tells what it is about
 */
export function titleOf(message: string): string | null {
  if (speaksOfHarm(message)) return IN_DANGER;
  if (isWordless(message)) return null;
  const clauses = sentencesOf(message.slice(0, MAX_READ_CHARACTERS)).flatMap((sentence) =>
    plain(sentence).split(clauseEnd),
  );
  const candidates = clauses.map((clause) => clause.trim()).flatMap(candidateOf);
  const best = candidates.toSorted((a, b) => b.weight - a.weight)[0];
  return best === undefined ? null : capitalized(best.title);
}

function candidateOf(clause: string): { title: string; weight: number }[] {
  const title = shortened(frames.reduce((rest, frame) => rest.replace(frame, ''), clause));
  const telling = Math.min(TELLING_WORDS, contentStems(title).size);
  if (telling === 0 || noMatter.test(title)) return [];
  return [{ title, weight: telling + (weights[kindOfSentence(clause)] ?? 0) }];
}

/** Cut at a word that can end it. A question that is whole stays one. */
function shortened(clause: string): string {
  const words = clause.split(' ');
  let kept = words.slice(0, MAX_WORDS);
  while (kept.length > 1 && kept.join(' ').length > MAX_CHARACTERS) kept = kept.slice(0, -1);
  // A language without spaces has one long word.
  let line = kept
    .join(' ')
    .slice(0, MAX_CHARACTERS)
    .toWellFormed()
    .replace(/\uFFFD$/u, '');
  if (kept.length < words.length) while (dangling.test(line)) line = line.replace(dangling, '');
  const bare = line.replace(/[\s.,;:?!–—-]+$/u, '').replace(/^[^\p{L}\p{N}]+/u, '');
  return line.endsWith('?') && question.test(bare) ? `${bare}?` : bare;
}
