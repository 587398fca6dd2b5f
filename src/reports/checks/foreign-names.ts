const LANGUAGES = ['de', 'fr', 'es', 'it', 'pt', 'nl', 'sv', 'da', 'pl', 'cs', 'ru', 'uk', 'tr', 'ja', 'zh', 'ko'];

/** From 2 to 12, without those that are English words; “1” is an article in most languages. */
const numbers: readonly (readonly string[])[] = [
  ['zwei', 'drei', 'vier', 'fünf', 'sechs', 'sieben', 'acht', 'neun', 'zehn', 'elf', 'zwölf'],
  ['deux', 'trois', 'quatre', 'cinq', 'six', 'sept', 'huit', 'neuf', 'dix', 'onze', 'douze'],
  ['dos', 'tres', 'cuatro', 'cinco', 'seis', 'siete', 'ocho', 'nueve', 'diez', '', 'doce'],
  ['', 'tre', 'quattro', 'cinque', 'sei', 'sette', 'otto', 'nove', 'dieci', 'undici', 'dodici'],
  ['dois', 'três', 'quatro', 'cinco', 'seis', 'sete', 'oito', 'nove', 'dez', 'onze', 'doze'],
  ['twee', 'drie', 'vier', 'vijf', 'zes', 'zeven', 'acht', 'negen', 'tien', 'elf', 'twaalf'],
  ['二', '三', '四', '五', '六', '七', '八', '九', '十', '十一', '十二'],
];

/** What a text in another language than English names, so that a report in English may: an index of each list. */
export interface ForeignNames {
  /** From 0. */
  months: readonly number[];
  /** From 0, Sunday. */
  weekdays: readonly number[];
  numbers: readonly string[];
}

export function foreignNamesIn(text: string): ForeignNames {
  const lower = text.toLowerCase();
  return {
    months: indexesIn(lower, months),
    weekdays: indexesIn(lower, weekdays),
    numbers: indexesIn(lower, numbersByValue).map((at) => String(at + 2)),
  };
}

const indexesIn = (text: string, names: readonly RegExp[]): number[] =>
  names.flatMap((name, at) => (name.test(text) ? [at] : []));

const nameOf = (language: string, options: Intl.DateTimeFormatOptions, day: Date) =>
  new Intl.DateTimeFormat(language, { ...options, timeZone: 'UTC' }).format(day).toLowerCase();

/** Russian says “июнь” for June, and “12 июня” for its twelfth day. */
const monthNames = (month: number) =>
  LANGUAGES.flatMap((language) => {
    const day = new Date(Date.UTC(2026, month, 12));
    const alone = nameOf(language, { month: 'long' }, day);
    const inDate = new Intl.DateTimeFormat(language, { day: 'numeric', month: 'long', timeZone: 'UTC' })
      .formatToParts(day)
      .find(({ type }) => type === 'month')
      ?.value.toLowerCase();
    return [alone, ...(inDate && /\p{L}/u.test(inDate) ? [inDate] : [])];
  }).filter((name) => /\p{L}/u.test(name));

const anyOf = (names: readonly string[]) =>
  new RegExp(
    names
      // Where words are not set apart, a name may stand anywhere, but no digit before it.
      .map((name) =>
        /[\p{Script=Han}\p{Script=Hangul}]/u.test(name) ? `(?<!\\d)${name}` : `(?<!\\p{L})${name}(?!\\p{L})`,
      )
      .join('|'),
    'u',
  );

const months = Array.from({ length: 12 }, (_, month) => anyOf(monthNames(month)));
// The first of February 2026 was a Sunday.
const weekdays = Array.from({ length: 7 }, (_, at) =>
  anyOf(LANGUAGES.map((language) => nameOf(language, { weekday: 'long' }, new Date(Date.UTC(2026, 1, 1 + at))))),
);
const numbersByValue = Array.from({ length: 11 }, (_, at) => anyOf(numbers.flatMap((names) => names[at] || [])));
