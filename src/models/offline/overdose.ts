const drug =
  '(?:pills?|tablets?|capsules?|painkillers?|sleeping (?:pills|tablets)|paracetamols?|acetaminophens?|tylenols?|aspirins?|ibuprofens?|advils?|codeines?|oxycodones?|opioids?|morphine|fentanyl|valiums?|diazepams?|xanax|benzos?|antidepressants?|sertralines?|insulin|meds|medications?|medicines?)';
const tens =
  'ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety';
const count = `(?:(?:[1-9]\\d{1,3}|${tens}|a (?:dozen|hundred)|dozens|hundreds)x?)(?![.,]?\\d| ?(?:mg|mcg|g|ml|iu|milligrams?|grams?)\\b)`;
const container =
  '(?:(?:an? |the |two |three |my )?(?:whole |full |entire |big )?(?:bottles?|packs?|packets?|boxe?s?|handfuls?|fistfuls?|bunch|loads?|lot|strips?|ton))';
const between =
  "(?:(?:x|of|my|the|his|her|our|those|these|mum's|mom's|dad's|strong|extra|heart|anxiety|blood pressure|\\d{2,4} ?mg) ){0,4}";
const swallow =
  '(?:take|takes|took|taken|taking|swallow|swallowed|swallowing|down|downed|downing|pop|popped|popping|eat|ate|eaten|eating)';

// A dose a day, however large, is what a doctor may have said.
const asPrescribed =
  '(?!.{0,60}\\b(?:every|each|daily|a day|per day|a week|on time|as prescribed|prescribed|over the (?:week|month|year)|this (?:week|month|year)|with (?:me|us)|back|away|out of|to (?:the|a|my)|from (?:the|a|my))\\b)';

const overdoses = [
  /\boverdos(e|ed|es|ing)\b(?! (on|of) (coffee|caffeine|sugar|chocolate|carbs|cake|sweets|candy|tv|netflix|news|sun|work|meetings|social|screens?|self))/,
  new RegExp(
    `\\b${swallow} (?:(?:about|around|like|maybe|almost|over|at least|some|more than|nearly|another) ){0,2}(?:${count}|${container}|far too many|way too many|too many|so many) ${between}${drug}\\b${asPrescribed}`,
  ),
  new RegExp(`\\b${swallow} (?:all|every|the rest)(?: of| one of)? ${between}${drug}\\b${asPrescribed}`),
  new RegExp(`\\b${swallow} (?:some |the |my |a lot of )?${drug},? (?:about |like )?${count} of them\\b`),
  new RegExp(
    `\\bemptied (?:an?|the|my) (?:whole )?(?:bottle|pack|packet|box) of ${between}${drug}\\b(?! (?:in|down|out|onto|into)\\b)`,
  ),
  /\b(drank|drunk|drink|drinking|swallowed|swallow) (some |the |a lot of |a bottle of |a glass of )?(bleach|poison|antifreeze|drain cleaner|rat poison|weed ?killer|petrol|gasoline)\b/,
];

/** Of a text in lower case: more of a drug, or of a poison, taken or about to be than anybody is told to take. */
export const isOverdose = (text: string) => overdoses.some((pattern) => pattern.test(text));
