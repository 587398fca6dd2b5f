import type { TurnMessage } from '../chat-model.ts';
import { plain } from './sentences.ts';

// Wide on purpose: a needless word of care costs little.
const distress = [
  /suici|suizid|selbstmord|self[- ]?harm|\boverdos/,
  /\b(want|wanna|wish|going|gonna|ready|rather|trying|tried|hope) (to )?(die|be dead|end it( all)?|disappear forever|never wake up)\b/,
  /\b(kill|killing|hang|hanging|drown|drowning|shoot|shooting) myself\b(?! (laughing|with work|at work))/,
  /\b(want|wanna|going|gonna|urge|like|keep|keeps|been|about|started|start|thinking of|thought of)( to)? (hurt|hurting|cut|cutting|harm|harming|burning|starving) myself\b/,
  /\b(end|ending|take|taking) my (own )?life\b|\bend it all\b/,
  /\bbetter off (dead|without me|if i (was|were) (dead|gone))\b|\bwish i (was|were) (dead|never born|gone forever)\b/,
  /\b(don't|dont|do not|no longer) (want|wanna) to? ?(live|be alive|exist|wake up|be here any ?more|go on living)\b/,
  /\b(no|any) (reason|point) (to|in) (live|living|be alive|being alive|going on)\b|\blife (is not|isn't) worth\b|\bnot worth living\b/,
  /\b(can't|cant|cannot) go on( living| any ?more| any longer)?$|\b(can't|cant|cannot) (bear|take) (living|life)\b/,
  /\b(he|she|they|husband|wife|partner|boyfriend|girlfriend|father|mother|dad|mum|mom) (keeps? )?(hits?|hitting|beats?|beating|chok(es?|ed|ing)|rap(es?|ed)|abus(es?|ed|ing)) me\b(?! (at|in|to)\b)/,
  /\b(not|don't feel|unsafe) safe at home\b|\bwant to (kill|hurt) (him|her|them|someone|somebody|people)\b/,
  /\b(chest pains?|can't breathe|coughing (up )?blood)\b/,
  /\b(ich will sterben|mich umbringen|nicht mehr leben|je veux mourir|me tuer|quiero morir|matarme|voglio morire)\b/,
];

const isDistress = (text: string) => {
  const words = plain(text).toLowerCase();
  return distress.some((pattern) => pattern.test(words) || pattern.test(words.replace(/[\s.,;:!?]{1,20}$/, '')));
};

/** Also while one of the last two messages before it was: what follows a cry for help is not a coaching matter yet. */
export function isInDistress(question: string, recent: readonly TurnMessage[]): boolean {
  const before = recent.filter(({ role }) => role === 'USER').slice(-2);
  return isDistress(question) || before.some(({ text }) => isDistress(text));
}

const asks =
  /\?|\b(should|can|could|may|must|tell me|help me|give me|recommend|advise|how (much|many|long|do)|what (dose|should)|do i|am i|is it)\b/i;

const outOfScope: [topic: RegExp, reply: string][] = [
  [
    /\b(dos(e|es|age)|medications?|medicines?|meds|antidepressants?|pills?|tablets?|ssris?|sertraline|ritalin|adderall|insulin|ibuprofen|prescri\w+|side effects?|supplements?|\d+ ?mg)\b/i,
    'That belongs with a doctor or a pharmacist, and I leave it to them.',
  ],
  [
    /\b(diagnos\w+|do i have (adhd|add|depression|ocd|ptsd|anxiety|bipolar|autism|cancer|diabetes|burnout|an? \w+ disorder)|am i (depressed|bipolar|autistic|an alcoholic|mentally ill)|symptoms?)\b/i,
    'That belongs with a doctor or a psychotherapist, and I leave it to them.',
  ],
  [
    /\b(calories?|kcal|ideal weight|target weight|how much should i weigh|bmi|(lose|drop) \d+ ?(kg|kilos?|pounds|lbs?|stone) in|how (much|many|long) .{0,40}(fast|fasting|lose weight))\b/i,
    'Targets for food and weight belong with a doctor or a dietitian, and I leave them to those.',
  ],
  [
    /\b(sue|suing|lawsuit|illegal|legal(ly)?|custody|lawyer|unfair dismissal|my rights|break my lease|visa|in court)\b/i,
    'That belongs with a lawyer or a legal advice centre, and I leave it to them.',
  ],
  [
    /\b(invest(ing)?|stocks?|shares|crypto|bitcoin|etfs?|mortgage|pension fund|tax(es)?|bankruptcy|refinance)\b/i,
    'That belongs with an independent financial or tax adviser, and I leave it to them.',
  ],
];

export const reminder =
  /\b(remind me (to|at|in|on|tomorrow|every|about)|set (a|an|me a) (reminder|alarm|timer)|(send|text|email|call) me (a|an|at|on|in|when|tomorrow|every))\b/i;

/** One sentence that says whose matter it is; null when it may be ours. */
export function outOfScopeReply(sentence: string): string | null {
  if (!asks.test(sentence)) return null;
  return outOfScope.find(([topic]) => topic.test(sentence))?.[1] ?? null;
}
