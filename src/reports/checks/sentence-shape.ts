import { hasTag } from '../../models/offline/readable.ts';

const MAX_UNITS = 700;

export const isMisshapen = (sentence: string) =>
  sentence.length > MAX_UNITS ||
  !/\p{L}/u.test(sentence) ||
  /[\p{Cc}\p{Cs}\u2028\u2029\uFFFD]|^[^\p{L}\p{N}“"'‘„«(]/u.test(sentence);

/** Markup, an address, or a sign that is not seen. */
export const isDecorated = (said: string) =>
  /[\p{Cf}\p{Co}\p{Cn}]|\p{Extended_Pictographic}|\]\(|[`|*_~\\^{}=]|\$(?!\d)|&#?\w+;|\S@\S|\w\/\/|\b(?:mailto|javascript|data|tel|file):|www\.|\w\.(?:com|org|net|io|ai|app|dev|info|co|de|uk)\b/iu.test(
    said,
  ) || hasTag(said);

/** Words given as the viewer's without marks, or in marks that are not read: a report speaks of “you”. */
export const isUnmarkedQuotation = (own: string) =>
  /\b(?:I|I'm|I'll|I've|[Mm]y|[Mm]e|[Mm]yself|[Ww]e|[Oo]urs?)\b/.test(own) ||
  /[‹›‚❛❜❝❞⟨⟩]|<<|>>|(?<![\p{L}\p{N}])['‘](?=\p{L})|(?<![\p{L}\p{N}])['‘’]{2}/u.test(own);

/** Letters that are not what they look like would slip past every list of words. */
export function isDisguised(said: string): boolean {
  const plain = said.replace(/[…\u00a0\u202f\u2011]/g, ' ');
  return (
    plain.normalize('NFKC') !== plain.normalize('NFC') ||
    /(?!\p{Script=Latin})\p{L}/u.test(plain) ||
    /\p{M}/u.test(plain.normalize('NFC'))
  );
}
