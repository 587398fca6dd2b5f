const SMALL = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const OTHERS: Readonly<Record<string, number>> = { twice: 2, thrice: 3, dozen: 12, hundred: 100, thousand: 1000 };

const DIGITS = /\d+(?:[.,:]\d+)*/g;
const WORD = new RegExp(
  `\\b(?:(${TENS.join('|')})(?:[- ](${SMALL.slice(1, 10).join('|')}))?|(${SMALL.join('|')})|(${Object.keys(OTHERS).join('|')}))\\b`,
  'gi',
);

/** Where “one” counts nothing. */
const UNCOUNTED = /\b(?:no[- ]one|one of|one another|one by one|(?:this|that|which|each|the|every) one)\b/gi;

/** A digit that is not one of ten: of another script, raised, or in a circle. */
export const hasForeignNumber = (text: string): boolean => /(?![0-9])\p{N}/u.test(text);

/** The numbers that a text names, digits and words alike: “twelve”, “12” and “012” are one. */
export function numbersIn(text: string): string[] {
  const digits = [...text.matchAll(DIGITS)].map(([number]) => canonical(number));
  const words = [...text.replace(UNCOUNTED, ' ').matchAll(WORD)].map(([, tens, unit, small, other]) => {
    if (tens) return (TENS.indexOf(tens.toLowerCase()) + 2) * 10 + (unit ? SMALL.indexOf(unit.toLowerCase()) : 0);
    return small ? SMALL.indexOf(small.toLowerCase()) : OTHERS[other?.toLowerCase() ?? ''];
  });
  return [...digits, ...words.map(String)];
}

function canonical(number: string): string {
  if (/^\d{1,3}(?:,\d{3})+$/.test(number)) return number.replaceAll(',', '');
  return number.replace(/^0+(?=\d)/, '').replace(/^(\d+),(\d+)$/, '$1.$2');
}
