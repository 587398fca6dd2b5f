const segmenter = new Intl.Segmenter('en', { granularity: 'sentence' });

/** On one line, with straight apostrophes, and without what would read as a marker, a quotation or markup. */
export function plain(text: string): string {
  // White space first: the patterns after it take time by the square of a long run.
  return oneLine(
    oneLine(text)
      .replace(/[‘’]/g, "'")
      .replace(/\[ ?\d+ ?\]|["“”„«»*_`#>[\]]|\p{Extended_Pictographic}|[\uFE0F\u200D]/gu, ' '),
  )
    .replace(/ ?(?:\.{2,}|…|—| [-–]{1,2} ) ?/g, ', ')
    .replace(/ ([,.;:?!])/g, '$1');
}

const oneLine = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Every sentence that holds a letter or a digit, trimmed; a line break ends one. Each is a substring of `text`. */
export function sentencesOf(text: string): string[] {
  return text
    .split(/[\r\n]+/)
    .flatMap(segmentsOf)
    .map((segment) => segment.trim())
    .filter((sentence) => /[\p{L}\p{N}]/u.test(sentence));
}

/** The segmenter takes “see Dr. Okafor” for the end of a sentence. */
function segmentsOf(line: string): string[] {
  const segments: string[] = [];
  for (const { segment } of segmenter.segment(line)) {
    const before = segments.at(-1);
    if (before !== undefined && ENDS_IN_ABBREVIATION.test(before)) segments.push(`${segments.pop()}${segment}`);
    else segments.push(segment);
  }
  return segments;
}

const ENDS_IN_ABBREVIATION = /(?<![\p{L}.])(?:Dr|Mr|Mrs|Ms|Prof|St|Sr|Jr|Rev|vs|approx|e\.g|i\.e)\.\s*$/u;

export function wordCount(text: string): number {
  return text.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

const date = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long', timeZone: 'UTC' });
const dateWithYear = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  timeZone: 'UTC',
});

/** “5 March”, in UTC; with its year when that is not the year of `seenFrom`. */
export function dateText(day: Date, seenFrom: Date): string {
  const sameYear = day.getUTCFullYear() === seenFrom.getUTCFullYear();
  return (sameYear ? date : dateWithYear).format(day);
}
