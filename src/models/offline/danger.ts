import type { TurnMessage } from '../chat-model.ts';
import { isDangerToOthers } from './danger-to-others.ts';
import { isOverdose } from './overdose.ts';
import { plain } from './sentences.ts';

/** To the writer, or to somebody else. */
export type Danger = 'DISTRESS' | 'DANGER_TO_OTHERS';

const ended =
  '(?=$|[.,;:!?]| (?:any ?more|any longer|at all|if|when|without|because|really|or)\\b| (?:and|but) (?!on\\b))';
const idiomsOfDying =
  '(?! than (?!(?:to )?(?:live|living|go on|going on|carry on|keep going|keep living|wake up|be alive|stay alive|face)\\b)| (?:of|from) (?:embarrassment|shame|boredom|laughter|laughing|envy|curiosity))';
const farewells =
  '(?! with (?:him|her|them|my (?:boy|girl|hus|wife|par|fian|love|cli|emp))| (?:between|early|on a|on good|amicably))';

// Wide on purpose: a needless word of care costs little. Idioms with “than”, “laughing” and the like are left out.
const distress = [
  /suici|suizid|selbstmord|self[- ]?harm/,
  new RegExp(
    `\\b(?:want|wanna|wish|going|gonna|ready|rather|trying|tried|hope) (?:to )?(?:(?:die|be dead)\\b${idiomsOfDying}|end it all\\b|end it\\b${farewells}|disappear forever\\b|(?:never|not) wake up\\b|not exist\\b)`,
  ),
  /\b(kill|killing|hang|hanging|drown|drowning|shoot|shooting) myself\b(?! (laughing|with work|at (work|the gym)|over|to (get|finish|meet|make|please|be)|for (this|that|them|the|my)|in (the (foot|gym)|work|e-?mails?|chocolate|coffee|meetings)|out to dry))/,
  /\b(want|wanna|going|gonna|urge|like|keep|keeps|been|about|started|start|thinking of|thought of)( to)? (hurt|hurting|cut|cutting|harm|harming|burning|starving) myself\b|\bmyself (on purpose|deliberately)\b/,
  /\b(end|ending|take|taking) my (own )?life\b|\bend it all\b/,
  /\bbetter off (dead|without me|if i (was|were) (dead|gone))\b|\bwish i (was|were) (dead|never born|gone forever)\b|\bworld would be better without me\b/,
  /\b(no ?one|nobody) would (even )?(miss me\b|(care|notice) if i (died|was gone|were gone|wasn't here|disappeared)\b)/,
  /\b(don't|dont|do not|no longer) (want|wanna) to? ?(live|be alive|exist|wake up|be here any ?more|go on living)\b(?! (in|with|at|near|on|alone|together|apart|there|to|early|before)\b)/,
  /\b(hope|wish) i (don't|do not|didn't|never|would never|wouldn't) (ever )?wake up\b(?! (early|late|at|so|in|before|with|to|every)\b)/,
  new RegExp(
    `\\b(?:no|any|the|much) (?:reason|point|sense) (?:to|in|of|for) (?:live|living|be alive|being alive|exist|existing|go on|going on|go on living|carry on|carrying on|keep going|(?:me )?being around|waking up)\\b(?: like this| (?:with )?(?:this |my )?(?:life|living))?${ended}`,
  ),
  new RegExp(`\\b(?:tired|sick|done|finished) (?:of|with) (?:living|being alive|life|existing)\\b${ended}`),
  /\b(nothing|no ?one|nobody) (left )?to live for\b|\blife (is not|isn't|is no longer|has never been) worth\b|\bnot worth living\b/,
  /\b(can't|cant|cannot) go on( living| any ?more| any longer)?$|\b(can't|cant|cannot) (bear|take) (living|life)\b/,
  /\b(jump|jumping|step|walk|throw myself) (off (a|the) (bridge|roof|building|balcony)|in front of (a|the) (train|car|bus|truck|lorry|tram))\b/,
  /\b(he|she|they|husband|wife|partner|boyfriend|girlfriend|father|mother|dad|mum|mom) (keeps? )?(hits?|hitting|beats?|beating|chok(es?|ed|ing)|rap(es?|ed)|abus(es?|ed|ing)) me\b(?! (at|in|to)\b)/,
  /\b(not|don't feel|unsafe) safe at home\b|\b(chest pains?|can't breathe|coughing (up )?blood)\b/,
  /\b(ich will sterben|mich umbringen|nicht mehr leben|je veux mourir|me tuer|quiero morir|matarme|voglio morire)\b/,
];

/** The danger that a text speaks of, null where it speaks of none. */
export function dangerIn(text: string): Danger | null {
  const words = plain(text).toLowerCase();
  const ending = words.replace(/[\s.,;:!?]{1,20}$/, '');
  if (isOverdose(words) || distress.some((pattern) => pattern.test(words) || pattern.test(ending))) return 'DISTRESS';
  return isDangerToOthers(words) ? 'DANGER_TO_OTHERS' : null;
}

/** Of the user's last two messages: what follows a cry for help is not a coaching matter yet. */
export function dangerBefore(recent: readonly TurnMessage[]): Danger | null {
  const before = recent.filter(({ role }) => role === 'USER').slice(-2);
  return before.map(({ text }) => dangerIn(text)).findLast((danger) => danger !== null) ?? null;
}
