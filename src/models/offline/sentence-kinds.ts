import { asksForOwnFact } from './own-facts.ts';
import { isDeed } from './past-tense.ts';
import { planChange } from './plan-change.ts';
import { wordCount } from './sentences.ts';

export type SentenceKind =
  | 'SUMMARY'
  | 'RECALL'
  | 'PLAN_CHANGE'
  | 'ADVICE'
  | 'REPORT'
  | 'SETBACK'
  | 'AMBIVALENT'
  | 'RELUCTANT'
  | 'COMMITMENT'
  | 'GOAL'
  | 'FEELING'
  | 'SHORT'
  | 'OTHER';

export const firstPerson = /\b(i|i'm|i've|i'll|i'd|im|ive|me|my|we|we're|we've)\b/i;
const times =
  /\b(\d+|today|tonight|tomorrow|every|each|daily|weekly|monday|tuesday|wednesday|thursday|friday|saturday|sunday|mondays|tuesdays|wednesdays|thursdays|fridays|saturdays|sundays|at|before|after|when|by|once|twice|right after|next (week|month)|this (week|morning|afternoon|evening|weekend))\b/i;

const recall =
  /\b(what (have|had|did) (i|we|you) (ever )?(say|said|tell|told|write|written|wrote|mention|mentioned|decide|decided|plan|planned|promise|promised|agree|agreed|suggest|suggested|talk|talked|discuss|discussed)|what (was|were) (my|our) |(do|can|did) you (still )?(remember|recall)|remind me (what|of what|how|when|where|who)|(did|have) (i|we) (ever |already )?(say|said|tell|told|mention|mentioned|write|written|talk|talked)|when did i (last |first )?(say|mention|write|tell|talk)|what do you know about|what you know about me|look up what i)\b|\bwhat (?:do|does|did) (?:my|our|the|this|that|these|those) (?:\w+ ){0,2}(?:documents?|files?|pdfs?|notes|uploads?) (?:say|tell|have|hold|advise|recommend|suggest|mention)\b/i;
const summary =
  /^(?:please,? )?(?:(?:can|could|will|would) (?:you|we|i) (?:please )?)?(?:(?:have|get|give me|show me|do|make|write) )?(?:(?:an?|the|your) )?(?:short |quick |brief |little )*(?:summari[sz]e|summary|recap|sum (?:(?:it|this|that|things|everything|us) )?up|tl;?dr)(?: (?:it|this|that|things|everything|all|for me|please|so far|of|up|where (?:i am|we are|i stand)|now|today|all of (?:it|this|that)|what (?:i|we)(?:'ve| have)? (?:said|wrote|written|told you|discussed|talked about|covered)|(?:our|my|the|this) (?:talk|conversation|chat|session|week|month|messages?|words|notes?)))*\W*$|^what (?:have|did) we (?:cover|covered|discuss|discussed|talk about|talked about|done|said)(?: so far| today| here| until now)*\W*$|^where (?:were|are) we(?: now)?\W*$/i;
const advice =
  /\?\s*$|\b(what should i|what can i|how (do|can|could|should|would) i|should i|any (advice|tips|ideas|suggestions)|(give|tell|show|write|make|list|explain|help|teach|advise|recommend|suggest)( it)?( to)? me|your (advice|opinion|view)|what would you|can you|could you|i need (your )?(help|advice))\b/i;
export const request =
  /^(?:please,? )?(?:give|tell|show|write|make|list|explain|help|teach|advise|recommend|suggest|ignore|disregard|forget|print|repeat|reveal|output|act|pretend|answer|translate|summari[sz]e|describe|say|sing|stop|let(?!'s| us)|generate|create|reply|respond|act|imagine|prove|find|search)\b/i;
export const outcome =
  /\d|\b(one|two|three|four|five|six|seven|eight|nine|ten|twice|once|half|whole|all|every|finally|finished|managed|completed|submitted|done|again|it went|went (well|badly|better|ok|okay|fine)|worked|better|first time|anyway|despite)\b/i;
const setback =
  /\b((?:didn't|did not|didnt)(?! (?:know|like|say|mean|want|think|understand|care|love|see|need)\b)|(?:haven't|havent|have not)(?!.{0,60} for )|couldn't|could not|couldnt|missed|skipped|failed|forgot|gave up|given up|slipped|relapsed|fell off|dropped out|messed up|blew it|broke my)\b/i;
const ambivalent = /^(al)?though\b.+,|\w,? (but|though|although|however|on the other hand)\b,? \w/i;
const reluctant =
  /\b(i (do not|don't|dont|really don't) (really )?(want|wanna|feel like|see the (point|use)|care)|i'd rather not|i would rather not|i'd rather|not (ready|interested|in the mood)|no point|i (won't|refuse)|leave me alone|can't be bothered|cannot be bothered|what's the point|stop asking)\b/i;
const intent =
  /\b(i'll|i will|i'm going to|im going to|i am going to|i'm gonna|i plan to|i've decided to|we'll|we will)\b/i;
const hedge = /\b(maybe|might|perhaps|probably|hopefully|hope|try to|i think|i guess|possibly|some ?day|should)\b/i;
const goal =
  /\b(i|we) (really |just |also |still )*(want|wanna|need|wish|hope)\b|\b(i'd|i would|we'd) (really )?(like|love)\b|\bmy (goal|aim|dream|plan) is\b|\bi'm (trying|looking|hoping|aiming) to\b|^(want|need|hoping|trying|looking) to\b/i;
const feeling =
  /\b(i feel|i felt|i hate|feeling|(i'm|im|i am|i've been|been|so|very) (not |so |too |very |really |just |quite |a bit |totally |completely |feeling )*(tired|anxious|stressed|overwhelmed|sad|angry|lonely|scared|afraid|worried|nervous|happy|proud|frustrated|stuck|exhausted|guilty|ashamed|bored|hopeless|lost|empty|down|low|relieved|excited|calm|grateful|jealous|hurt|confused|burned out|burnt out|unmotivated|restless|insecure|miserable))\b|^(tired|anxious|stressed|overwhelmed|sad|angry|lonely|scared|worried|nervous|happy|frustrated|stuck|exhausted|bored|relieved|excited)\b/i;

/** A feeling that is given as the reason, with what it is about: “… because I was stressed about my boss”. */
export const feltBecause =
  /\b(?:because|since|'?cause|cuz) ((?:i|we)(?:'m|'re| am| are| was| were| felt| feel|'ve been| have been|'d been| had been| got| get)(?: (?:so|too|very|really|just|quite|still|a bit|totally|completely|feeling|not|all|pretty))* (?:tired|anxious|stressed|overwhelmed|sad|angry|lonely|scared|afraid|worried|nervous|happy|proud|frustrated|fed up|exhausted|guilty|ashamed|bored|hopeless|down|relieved|excited|grateful|jealous|hurt|confused|upset|mad|furious|annoyed|disappointed|embarrassed|insecure|miserable)(?: out)? (?:about|by|with|at|of|over|for|from|that|because|after) .+)$/i;

/** Past action with a quantity or an outcome, the writer's own: “I ran 3 km”, “Finished the draft”. */
function isReport(sentence: string): boolean {
  const [first = ''] = sentence.toLowerCase().match(/^[a-z]+/) ?? [];
  const said = sentence
    .toLowerCase()
    .match(
      /\b(?:i|we|i've|we've|i have|we have) (?:(?:finally|just|also|even|actually|already|then|really|have) )*(?!had to\b)([a-z]+)/,
    )?.[1];
  const own = isDeed(first) || (said !== undefined && isDeed(said));
  return own && outcome.test(sentence) && !setback.test(sentence);
}

const isOwn = (sentence: string) =>
  firstPerson.test(sentence) ||
  /^(didn't|missed|skipped|failed|forgot|gave up|couldn't|haven't|messed)\b/i.test(sentence);

/** In this order the first that matches wins. */
export const sentenceKinds: [SentenceKind, (sentence: string) => boolean][] = [
  ['SUMMARY', (sentence) => summary.test(sentence)],
  ['RECALL', (sentence) => recall.test(sentence) || asksForOwnFact(sentence)],
  ['PLAN_CHANGE', (sentence) => planChange(sentence) !== null],
  ['ADVICE', (sentence) => advice.test(sentence) || request.test(sentence)],
  ['FEELING', (sentence) => feltBecause.test(sentence) && !setback.test(sentence)],
  ['REPORT', isReport],
  ['SETBACK', (sentence) => setback.test(sentence) && isOwn(sentence)],
  ['AMBIVALENT', (sentence) => ambivalent.test(sentence)],
  ['RELUCTANT', (sentence) => reluctant.test(sentence)],
  ['COMMITMENT', (sentence) => intent.test(sentence) && times.test(sentence) && !hedge.test(sentence)],
  ['GOAL', (sentence) => goal.test(sentence)],
  ['FEELING', (sentence) => feeling.test(sentence)],
];

/** The kind of one sentence on its own. */
export function kindOfSentence(sentence: string): SentenceKind {
  return sentenceKinds.find(([, matches]) => matches(sentence))?.[0] ?? (wordCount(sentence) < 5 ? 'SHORT' : 'OTHER');
}
