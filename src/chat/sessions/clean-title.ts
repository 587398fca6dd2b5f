const MAX_UNITS = 60;

/** What a model may put before a title. */
const LABEL = /^(?:session |chat |conversation )?(?:title|name|titel|titre|título|titolo)\s*[:：-]\s*/iu;
/** A title in quotation marks, after a sentence that hands it over. */
const HANDED_OVER = /[:：]\s*[*_`]*["“„«「]([^"“”„»」]{3,})["”“»」]/u;
const TAG = /<\/?[a-z][^<>]*>/giu;
/** Markers, markup, quotation marks, exclamation marks, and what cannot be seen. */
const NOISE =
  /\[\s*\d+\s*\]|[*_`#<>|~]|["“”„«»‹›「」『』]|[!！¡]|\p{Extended_Pictographic}|[\uFE0F\u200D]|\p{Cc}|\p{Cf}/gu;

/** One short line of what a model wrote as a title; null where nothing is left that says anything. */
export function cleanTitle(written: string): string | null {
  const [line = ''] = written.split(/[\r\n\u2028\u2029]+/).filter((each) => /[\p{L}\p{N}]/u.test(each));
  const [, handed = line] = HANDED_OVER.exec(line) ?? [];
  const words = handed
    .toWellFormed()
    .replace(TAG, ' ')
    .replace(NOISE, ' ')
    .replace(/\s+/gu, ' ')
    // What markup leaves behind it: “**rest** ,”.
    .replace(/ (?=[,.](?: |$))/gu, '')
    .trim()
    .replace(LABEL, '');
  const title = withoutEdges(cut(withoutEdges(words)));
  return /[\p{L}\p{N}]/u.test(title) ? title : null;
}

/** At a word; in a language without spaces at a character. */
function cut(line: string): string {
  if (line.length <= MAX_UNITS) return line;
  const head = line.slice(0, MAX_UNITS + 1);
  const words = head.slice(0, head.lastIndexOf(' ')).trim();
  return head.includes(' ')
    ? words
    : head
        .slice(0, MAX_UNITS)
        .toWellFormed()
        .replace(/\uFFFD$/u, '');
}

/** Single quotation marks stand within words too, so they go from the edges alone. A question mark may end a title. */
const withoutEdges = (line: string): string => line.replace(/^[\s'‘’.,;:–—-]+/u, '').replace(/[\s'‘’.,;:–—-]+$/u, '');
