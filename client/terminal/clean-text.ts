/** All that could move the cursor, change the terminal's state or turn the order of what is read; but for the line's end. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const UNSAFE = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g;

/**
 * What somebody or a model wrote, safe to print. Character by character, so that the beginning of a text is the beginning of
 * the cleaned text.
 */
export const cleanText = (text: string): string =>
  text
    .replaceAll('\t', '  ')
    .replace(/[\u2028\u2029]/g, '\n')
    .replace(UNSAFE, '');

/** The same for a title, a name or an excerpt, on one line. */
export const cleanLine = (text: string): string => cleanText(text).replace(/\s+/g, ' ').trim();
