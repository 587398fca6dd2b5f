/** Signs that no text has, beside tab, line feed, form feed, carriage return and escape. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: it is they that are looked for
const CONTROL = /[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]/g;

/** The encodings that say so in their first bytes. */
const MARKS: readonly [encoding: string, mark: readonly number[]][] = [
  ['utf-8', [0xef, 0xbb, 0xbf]],
  ['utf-16le', [0xff, 0xfe]],
  ['utf-16be', [0xfe, 0xff]],
];

/**
 * The text in a file: as its byte order mark says, else UTF-8, else Windows-1252, in which every byte is something. So
 * an old export is read with its umlauts, and a UTF-8 file with a broken byte is readable but for some letters.
 */
export function decodeText(bytes: Uint8Array): string {
  const marked = MARKS.find(([, mark]) => mark.every((byte, at) => bytes[at] === byte));
  if (marked) return new TextDecoder(marked[0]).decode(bytes);
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder('windows-1252').decode(bytes);
  }
}

/** Whether a decoded file is something that a person wrote. */
export const isText = (text: string): boolean => (text.match(CONTROL)?.length ?? 0) <= text.length / 1000;

/** As it is stored: what every database can hold, with lines that end in one way. */
export const cleanText = (text: string): string =>
  text
    .replaceAll('\0', '')
    .replace(/\r\n?|\u2028|\u2029/g, '\n')
    .toWellFormed();
