const foreignWords = new Set(
  `ich und nicht mein meine mich mir mehr möchte auch ist wie warum kann habe bin zu ein eine der das den je suis ne pas
  mais mon mes veux est et avec pour plus une les des quiero pero para muy estoy con mi más por qué cómo que yo el la los
  una vorrei sono più che non mia mio della di il gli quero não meu minha estou muito com uma ik niet het een mijn wil van
  jag inte och vill att är jeg ikke vil chcę nie się jest`.split(/\s+/),
);
const englishWords = new Set(
  'i the a an and to of in my me is it was that this for on with not but be have had do did at so what how from more no'.split(
    ' ',
  ),
);

/** Another script, or more of another language's small words than of English. */
export function isOtherLanguage(text: string): boolean {
  const letters = text.match(/\p{L}/gu)?.length ?? 0;
  const latin = text.match(/\p{Script=Latin}/gu)?.length ?? 0;
  if (letters > 0 && latin * 2 < letters) return true;
  const { foreign, english } = smallWordsIn(text);
  return foreign >= 2 && foreign > english;
}

/** Nothing in it speaks for another language: stricter than not `isOtherLanguage`. */
export function isEnglish(text: string): boolean {
  if (/(?!\p{Script=Latin})\p{L}/u.test(text)) return false;
  const { foreign, english } = smallWordsIn(text);
  return foreign === 0 || foreign < english;
}

function smallWordsIn(text: string): { foreign: number; english: number } {
  const words = [...new Set(text.toLowerCase().match(/[\p{L}']+/gu))];
  const countOf = (known: ReadonlySet<string>) => words.filter((word) => known.has(word)).length;
  return { foreign: countOf(foreignWords), english: countOf(englishWords) };
}

/** What a reader of Markdown would take for HTML. */
export const hasTag = (text: string): boolean => /<[a-z/!?]/i.test(text);

/** Emoji, signs, or code: little in it that a rule could take for a sentence. */
export function isWordless(text: string): boolean {
  const signs = text.match(/[{}()<>=;$\\|/+*&^~]/g)?.length ?? 0;
  return !/[\p{L}\p{N}]/u.test(text) || (signs > 8 && signs * 12 > text.length);
}
