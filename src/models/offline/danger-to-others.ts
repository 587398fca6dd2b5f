const people =
  'boss|manager|colleagues?|co-?workers?|team|husband|wife|partner|boyfriend|girlfriend|ex|father|mother|dad|mum|mom|parents|brother|sister|son|daughter|child|children|kids?|baby|family|neighbou?rs?|flatmate|roommate|landlord|teacher|students?|classmates?|friends?|man|woman|guy|girl|boy|people|client|customers?|doctor|therapist';
const someone = `(?:him|her|them|someone|somebody|anyone|anybody|everyone|everybody|people|(?:(?:my|the|this|that|his|her|our|those|these) (?:own |new |old |ex-?|stupid |little |step-?)?(?:${people})))`;

// “Hurt her feelings”, “shoot him an email”, “kill them at chess”.
const figures =
  "(?!['’]|[-a-z]| (?:feelings?|chances?|pride|reputation|business|career|confidence|score|record|team|mood|vibe|idea|plan|plants?|darlings)\\b| (?:an?|some|the|another|my|over|back)? ?(?:quick |short |brief )?(?:e-?mails?|messages?|texts?|lines?|notes?|looks?|questions?|glance|portraits?|photos?)\\b| (?:at|in) (?:chess|tennis|golf|poker|cards|darts|football|the (?:game|race|quiz|finals?|match))\\b| with (?:kindness|questions|facts|love|data|numbers))";

const violence =
  '(?:hurt|harm|kill|murder|stab|shoot|strangle|choke|poison|attack|punch|hit|slap|beat up|run over|smash|(?:beat|kick) the (?:\\w+ )?out of)';
const intent =
  "(?:(?:i'm|im|i am|we're) (?:really |just |actually )?(?:going to|gonna|about to|planning to|ready to)|i (?:really |just |actually |still )?(?:want|wanna|plan|intend|have|need|might|will|am)(?: (?:to|going to))?|i'll|urge to|thoughts? (?:of|about)|thinking (?:of|about)|dream(?:ing)? of|plan(?:ning)? to|afraid (?:that )?(?:i'll|i will|i might|i could|of)|scared (?:that )?(?:i'll|i will|i might|i could|of)|close to|tempted to)";

const harms = [
  new RegExp(`\\b${intent} ${violence} ${someone}${figures}`),
  new RegExp(
    `\\b(?:thinking (?:of|about)|thoughts? (?:of|about)|dream(?:ing)? of|planning on|close to|afraid of|scared of) (?:hurting|harming|killing|murdering|stabbing|shooting|strangling|choking|poisoning|attacking|punching|hitting|beating up) ${someone}${figures}`,
  ),
  /\bi(?:'ve| have)? (?:just |really |nearly |almost )?(?:hit|beat|punched|choked|slapped|strangled|stabbed|shook|hurt) my (?:wife|husband|partner|girlfriend|boyfriend|kids?|child|children|son|daughter|baby|mother|father|mum|mom)(?! (?:with|up|at|in|to|by|when i (?:said|left))\b|'|[-a-z])(?! (?:feelings|hands?)\b)/,
  /\b(bring|bringing|take|taking|took) (a|my|the) (gun|knife|rifle|weapon|machete) (to|into) (work|school|the office|class|church|the meeting|his|her|their)\b/,
  /\b(burn|burning|blow|blowing) (down |up )?(the|my|his|her|their) (office|school|house|flat|building|car|shop|workplace)( down| up)?\b(?! (candles?|budget))|\bset(ting)? fire to (the|my|his|her|their) (office|school|house|flat|building|car|shop)\b/,
];

const denied = /\b(?:don't|dont|do not|didn't|never|not|wouldn't|no|won't|can't|hate to|without) (?:\w+ ){0,2}$/;

/** Of a text in lower case: harm to somebody else that the writer wants, plans, fears or did. */
export function isDangerToOthers(text: string): boolean {
  return harms.some((pattern) => {
    const found = pattern.exec(text);
    return found !== null && !denied.test(text.slice(Math.max(0, found.index - 30), found.index + 2));
  });
}
