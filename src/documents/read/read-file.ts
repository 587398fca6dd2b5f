import { cleanText, decodeText } from './decode-text.ts';
import { fileTypes } from './file-type.ts';
import { UnreadableError } from './unreadable.ts';

/** UTF-16 units: some 2,500 pages. */
export const MAX_TEXT_CHARS = 5_000_000;

/** The text of a file. @throws UnreadableError */
export async function readFile(bytes: Buffer, mimeType: string): Promise<string> {
  if (bytes.length === 0) throw new UnreadableError('The file is empty.');
  const text = cleanText(await textOf(bytes, mimeType));
  if (text.length > MAX_TEXT_CHARS) {
    throw new UnreadableError(`The text is longer than ${MAX_TEXT_CHARS.toLocaleString('en')} characters.`);
  }
  if (text.trim() === '') throw new UnreadableError('The file holds no text.');
  return text;
}

async function textOf(bytes: Buffer, mimeType: string): Promise<string> {
  // Each reader is large, and loaded where it is needed.
  if (mimeType === fileTypes.pdf) return (await import('./read-pdf.ts')).readPdf(bytes, MAX_TEXT_CHARS);
  if (mimeType === fileTypes.docx) return (await import('./read-docx.ts')).readDocx(bytes);
  if (mimeType === fileTypes.html) return (await import('./read-html.ts')).readHtml(decodeText(bytes));
  return decodeText(bytes);
}
