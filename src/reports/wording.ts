const CAUSE =
  /\b(?:because|due to|owing to|thanks to|caused?|causes|causing|therefore|as a (?:result|consequence)|result(?:ed|s|ing)? (?:in|from)|led to|leads to|thus|consequently|which is why|that is why|that's why|so that)\b/i;

/** Traits, diagnoses, moods that were inferred, praise and scores. A report says what was written and done. */
const JUDGING = new RegExp(
  `\\b(?:${[
    'lazy|lazi(?:er|ness)|perfectionis(?:t|m|tic)|introver\\w*|extrover\\w*|narcissis\\w*|neurotic\\w*|procrastinator|people[- ]pleaser|workaholic|control freak',
    'personality|character trait|traits?|temperament|type of person|kind of person|sort of person|by nature|you are an? \\w+ person',
    'diagnos\\w*|disorders?|syndrome|adhd|autis\\w*|ocd|ptsd|bipolar|borderline|depress\\w*|clinical\\w*|patholog\\w*|addict\\w*|insomnia|burn-?out|burned out|burnt out|anxiety|trauma\\w*|symptoms?',
    'subconscious\\w*|unconscious\\w*|self-sabotag\\w*|in denial|clearly (?:feel|felt)|must have felt|seem(?:ed)? (?:sad|anxious|angry|happy|stressed|upset|depressed|overwhelmed)',
    'well done|great (?:job|work|progress)|good job|impressive\\w*|amazing\\w*|excellent|fantastic|outstanding|remarkabl\\w*|congratulations|keep it up|keep up the|proud of you|wonderful|admirabl\\w*|inspiring',
    'scores?|ratings?|tokens?',
  ].join('|')})\\b`,
  'i',
);

/** Whether what follows is said to come of what was before: “after” is not “because”. */
export const givesCause = (text: string): boolean => CAUSE.test(folded(text));

export const isJudging = (text: string): boolean => JUDGING.test(folded(text));

/** Without accents, so that none hides a word. */
const folded = (text: string) =>
  text.normalize('NFD').replace(/\p{M}/gu, '').replace(/[’‘]/g, "'").replace(/\s+/g, ' ');
