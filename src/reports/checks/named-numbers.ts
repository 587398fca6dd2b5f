const SMALL = [
  ...['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
  ...['thirteen', 'fourteen', 'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'],
];
const TENS = ['twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const OTHERS: Readonly<Record<string, number>> = {
  ...{ twice: 2, thrice: 3, dozen: 12, hundred: 100, thousand: 1_000 },
  // “First” and “second” set things in order more often than they count.
  ...{ third: 3, fourth: 4, fifth: 5, sixth: 6, seventh: 7, eighth: 8, ninth: 9, tenth: 10 },
};

const DIGITS = /(?<=^|[\s(])[-−–]?\d+(?:[.,:]\d+)*|\d+(?:[.,:]\d+)*/g;
const WORD = new RegExp(
  `\\b(?:(${TENS.join('|')})(?:[- ](${SMALL.slice(1, 10).join('|')}))?|(${SMALL.join('|')})|(${Object.keys(OTHERS).join('|')}))\\b`,
  'gi',
);

/** Where “one” counts nothing. */
const UNCOUNTED = /\b(?:no[- ]one|one of|one another|one by one|(?:this|that|which|each|the|every) one)\b/gi;

/** By the name that two writings of one unit share. */
const units: Readonly<Record<string, string>> = {
  '%': '%|per ?cent\\b',
  kilometre: 'km\\b|kilomet(?:re|er)s?\\b',
  metre: 'met(?:re|er)s?\\b',
  mile: 'miles?\\b',
  kilogram: 'kg\\b|kilos?\\b|kilograms?\\b',
  ...Object.fromEntries(
    ['second', 'hour', 'day', 'night', 'week', 'month', 'year', 'time', 'page', 'message', 'session'].map((unit) => [
      unit,
      `${unit}s?\\b`,
    ]),
  ),
  minute: 'min(?:ute)?s?\\b',
};
const BETWEEN =
  '^(?: (?:out )?of (?:the |those |these |your )?\\d+)?[ -]?(?:(?:different|separate|coaching|chat|more|full|whole|straight|consecutive) )?';
const UNITS = Object.entries(units).map(([unit, names]) => ({
  unit,
  after: new RegExp(`${BETWEEN}(?:${names})`, 'i'),
}));

export interface NamedNumber {
  /** “Twelve”, “12” and “012” are one. */
  value: string;
  /** What it counts or measures, where that is a unit we know. */
  unit: string | null;
  /** As it is written. */
  text: string;
}

/** A digit that is not one of ten: of another script, raised, or in a circle. */
export const hasForeignNumber = (text: string): boolean => /(?![0-9])\p{N}/u.test(text);

/** The numbers that a text names, in digits and in words. */
export function numbersIn(text: string): NamedNumber[] {
  const digits = [...text.matchAll(DIGITS)].map((match) => named(match, canonical(match[0])));
  const counted = text.replace(UNCOUNTED, (uncounted) => ' '.repeat(uncounted.length));
  const words = [...counted.matchAll(WORD)].map((match) => {
    const [, tens, unit, small, other] = match;
    if (tens) {
      const value = (TENS.indexOf(tens.toLowerCase()) + 2) * 10 + (unit ? SMALL.indexOf(unit.toLowerCase()) : 0);
      return named(match, String(value));
    }
    return named(match, String(small ? SMALL.indexOf(small.toLowerCase()) : OTHERS[other?.toLowerCase() ?? '']));
  });
  return [...digits, ...words];
}

function named(match: RegExpExecArray, value: string): NamedNumber {
  const [text] = match;
  const after = match.input.slice(match.index + text.length, match.index + text.length + 60);
  if (/^(?:twice|thrice)$/i.test(text)) return { value, text, unit: 'time' };
  return { value, text, unit: UNITS.find((unit) => unit.after.test(after))?.unit ?? null };
}

/** “One small step” is a step: “one” says how many only before a unit. */
export const isClaimed = ({ text, unit }: NamedNumber): boolean => unit !== null || !/^one$/i.test(text);

/** Whether one may stand for the other: of the same unit, as far as both name one. */
export const isSame = (a: NamedNumber, b: NamedNumber): boolean =>
  a.value === b.value && (a.unit === b.unit || (a.unit !== '%' && (a.unit === null || b.unit === null)));

function canonical(number: string): string {
  if (/^\d{1,3}(?:,\d{3})+$/.test(number)) return number.replaceAll(',', '');
  return number
    .replace(/^[−–]/, '-')
    .replace(/^(-?)0+(?=\d)/, '$1')
    .replace(/^(-?\d+),(\d+)$/, '$1.$2');
}
