import path from 'node:path';
import { decodeText, isText } from './decode-text.ts';
import { isZip, zipEntries } from './zip.ts';

export const fileTypes = {
  pdf: 'application/pdf',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html',
  markdown: 'text/markdown',
  text: 'text/plain',
} as const;
export type FileType = (typeof fileTypes)[keyof typeof fileTypes];

const NAMES: Record<string, FileType> = {
  '.pdf': fileTypes.pdf,
  '.docx': fileTypes.docx,
  '.html': fileTypes.html,
  '.htm': fileTypes.html,
  '.xhtml': fileTypes.html,
  '.md': fileTypes.markdown,
  '.markdown': fileTypes.markdown,
};

/** As far into a file as readers look for what it is. */
const HEAD_BYTES = 1024;
/** Beyond that, a text is not looked at to tell what it is. */
const SAMPLE_BYTES = 65_536;

// A comment ends at its first `-->` and nowhere else: were there a choice, a few dozen of them would take hours.
const BEGINS_AS_HTML = /^(<\?xml[^>]*>|<!--((?!-->)[\s\S])*-->|\s)*<(!doctype\s+html|html|head|body)\b/i;
const HAS_TAG = /<\/?[a-z][a-z0-9]*(\s[^<>]*)?>/i;
/** What is written in signs and yet no text. */
const NOT_FOR_READING = /^(\{\\rtf|%!PS)/;

/**
 * What a file is, by its content first: its name decides only between kinds of text, and where there is nothing else to
 * go by, as in an empty file or the beginning of a DOCX.
 *
 * @returns null for what cannot be read here, as pictures and old Word files
 */
export function fileTypeOf(filename: string, bytes: Buffer): FileType | null {
  const byName = NAMES[path.extname(filename).toLowerCase()] ?? fileTypes.text;
  if (bytes.length === 0) return byName;
  if (isPdf(bytes, byName)) return fileTypes.pdf;
  if (isZip(bytes)) return isDocx(bytes, byName) ? fileTypes.docx : null;
  // A character that is cut at its end, and misread, changes nothing of what it is.
  const text = decodeText(bytes.subarray(0, SAMPLE_BYTES));
  if (!isText(text) || NOT_FOR_READING.test(text)) return null;
  return textType(text, byName);
}

/** Anything may stand before it but a text, which only speaks of it. */
function isPdf(bytes: Buffer, byName: FileType): boolean {
  const at = bytes.subarray(0, HEAD_BYTES).indexOf('%PDF-');
  if (at <= 0) return at === 0;
  return byName === fileTypes.pdf || !isText(decodeText(bytes.subarray(0, SAMPLE_BYTES)));
}

function isDocx(bytes: Buffer, byName: FileType): boolean {
  const entries = zipEntries(bytes);
  return entries ? entries.some((entry) => entry.name === 'word/document.xml') : byName === fileTypes.docx;
}

function textType(text: string, byName: FileType): FileType {
  if (BEGINS_AS_HTML.test(text)) return fileTypes.html;
  if (byName === fileTypes.html) return HAS_TAG.test(text) ? fileTypes.html : fileTypes.text;
  return byName === fileTypes.markdown ? fileTypes.markdown : fileTypes.text;
}
