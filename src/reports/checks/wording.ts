import { stemmer } from 'stemmer';

/** What says that one thing came of another: “after” is not “because”. */
const CAUSE =
  /\b(?:because|due to|owing to|thanks to|caused?|causes|causing|therefore|as a (?:result|consequence)|(?:a|the) consequences? of|result(?:ed|s|ing)? (?:in|from)|led to|leads to|thus|consequently|which is why|that is why|that's why|so that|driven by|enabled|allowed you to|made you|made it (?:possible|easier|harder)|helped you)\b/i;

/** What may have said so, in the viewer's own words; wider, since they write as they speak. */
const CAUSE_SAID =
  /\b(?:so|since|as|why|reasons?|cause|cuz|coz|cos|ma[dk]es? (?:me|it)|help(?:s|ed|ing)?|weil|wegen|deshalb|deswegen|darum|denn|dadurch|car|parce|porque|perche|poiche|puisque|grace|omdat|eftersom)\b|ので|から|ため|因为|所以|потому|поэтому|из-за/i;

interface Guarded {
  words: RegExp;
  fault: 'JUDGEMENT' | 'NUMBER';
  /** Whether the sentence has to say whose words they are as well: also where they are said of “you” alone, or never. */
  attributed: 'ALWAYS' | 'OF_YOU' | 'NEVER';
}

const anyOf = (...words: string[]) => new RegExp(`\\b(?:${words.join('|')})\\b`, 'gi');

/** What a sentence may say only where a source that it cites says it: a report says what was written and done. */
const guarded: readonly Guarded[] = [
  {
    // Traits and diagnoses.
    words: anyOf(
      'lazy|lazi(?:er|ness)|perfectionis(?:t|m|tic)|introver\\w*|extrover\\w*|narcissis\\w*|neurotic\\w*|procrastinator|people[- ]pleaser|workaholic|control freak',
      'personality|character traits?|traits?|temperament|(?:type|kind|sort) of person|by nature|you (?:are|were) an? \\w+ person',
      'disciplined?|resilien\\w*|strong-willed|weak-willed|willpower|persisten\\w*|determination|dedicat\\w*|courage\\w*|brave\\w*|self-(?:esteem|worth|confidence|aware\\w*|critical)|weakness(?:es)?|tend(?:ed|s)? to|tendency|talent\\w*|gifted|a natural|avoidant|insecur\\w*',
      'diagnos\\w*|disorders?|syndrome|adhd|autis\\w*|ocd|ptsd|bipolar|borderline|depress\\w*|clinical\\w*|patholog\\w*|addict\\w*|insomnia|burn-?out|burned out|burnt out|anxiety|trauma\\w*|symptoms?|cured|healed',
      'subconscious\\w*|unconscious\\w*|self-sabotag\\w*|in denial|clearly (?:feel|felt)|must have felt|seem(?:ed|s)? (?:to be )?\\w+',
    ),
    fault: 'JUDGEMENT',
    attributed: 'OF_YOU',
  },
  {
    // Praise and scores.
    words: anyOf(
      'well done|(?:good|great|nice|excellent|steady|solid|strong|real|clear|significant) (?:job|work|progress)|did (?:very |really |so )?well|bravo|kudos|impress\\w*|amazing\\w*|excellent|fantastic|outstanding|remarkabl\\w*|congratulations|keep it up|keep up the|proud of you|wonderful|admirabl\\w*|inspiring|showed|shown|demonstrated|displayed',
      'strengths?|scores?|ratings?|tokens?',
    ),
    fault: 'JUDGEMENT',
    attributed: 'NEVER',
  },
  {
    // Advice.
    words:
      /\byou (?:should|must|ought|need to|have to|could try|might want|may want)\b|^(?:try|consider|keep|continue|remember|make sure|aim|stop|focus on|don't|avoid) /gi,
    fault: 'JUDGEMENT',
    attributed: 'ALWAYS',
  },
  {
    // Moods.
    words: anyOf(
      'anxious|sad|angry|happy|happier|stressed|upset|overwhelmed|ashamed|guilty|guilt|shame|afraid|scared|fear|frustrat\\w*|lonely|hopeless|worried|nervous|proud|relieved|confident|(?:un|de)?motivat\\w*|disappointed|embarrassed|exhausted|jealous|desperate|miserable',
    ),
    fault: 'JUDGEMENT',
    attributed: 'NEVER',
  },
  {
    // Harm.
    words: anyOf(
      'kill\\w*|murder\\w*|suicid\\w*|self-?harm\\w*|overdos\\w*|(?:hurt|harm|punish)(?:ing|ed)? (?:yourself|them|him|her)',
    ),
    fault: 'JUDGEMENT',
    attributed: 'NEVER',
  },
  {
    // Amounts without a number, and days that depend on when they are read.
    words: anyOf(
      'half|halves|halved|a quarter of|quarters of|doubl\\w*|tripl\\w*|quadrupl\\w*|twofold|dozens|hundreds|thousands|millions?|billions?',
      'always|never|constantly|daily|(?:every|each|most) (?:single )?(?:days?|nights?|mornings?|evenings?|weeks?|weekends?)',
      'yesterday|today|tonight|tomorrow|(?:last|this|next) (?:night|morning|week|weekend|month|year)',
    ),
    fault: 'NUMBER',
    attributed: 'NEVER',
  },
];

const ATTRIBUTED =
  /\b(?:wrote|written|said|say|saying|told|mentioned|described|named|called|noted|reported|stated|shared|quoted|spoke|asked|recalled|explained|felt|says|recommends|advises|suggests)\b/i;

/** Whether what follows is said to come of what was before. */
export const givesCause = (text: string): boolean => CAUSE.test(folded(text));

/** Whether somebody who wrote this may be said to have given a reason. */
export const mayGiveCause = (text: string): boolean => givesCause(text) || CAUSE_SAID.test(folded(text));

/** “You are …”, up to there. */
const OF_YOU = /\byou(?:'re| are| were| have| had| became| suffered from)\b[^,;:]*$/i;

/** What is wrong with the words of a sentence, where no source has them; null where nothing is. */
export function faultOfWords(said: string, sources: readonly string[]): Guarded['fault'] | null {
  const text = folded(said);
  const found = guarded.flatMap(({ words, ...rest }) => [...text.matchAll(words)].map((match) => ({ match, ...rest })));
  if (found.length === 0) return null;
  const known = sources.map(stemsIn);
  const isSaid = (word: string) => known.some((stems) => [...stemsIn(word)].every((stem) => stems.has(stem)));
  const lacksWriter = ({ match, attributed }: (typeof found)[number]) =>
    attributed !== 'NEVER' &&
    !ATTRIBUTED.test(text) &&
    (attributed === 'ALWAYS' || OF_YOU.test(text.slice(0, match.index)) || /^you /i.test(match[0]));
  return found.find((each) => !isSaid(each.match[0]) || lacksWriter(each))?.fault ?? null;
}

/** Who is meant is said by other words where a viewer writes: “I” becomes “you”. */
const pronouns = new Set(['you', 'i', 'a', 'an', 'are', 'were', 'am', 'be', 'of']);

const stemsIn = (text: string) =>
  new Set(
    (
      folded(text)
        .toLowerCase()
        .match(/\p{L}+/gu) ?? []
    )
      .filter((word) => !pronouns.has(word))
      .map(stemmer),
  );

/** Without accents, so that none hides a word. */
const folded = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[’‘]/g, "'").replace(/\s+/g, ' ');
