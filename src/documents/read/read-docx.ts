import mammoth from 'mammoth';
import { readHtml } from './read-html.ts';
import { UnreadableError } from './unreadable.ts';
import { unpackedBytes, type ZipEntry, zipEntries } from './zip.ts';

/** Of all that is text in the archive, unpacked; pictures stay packed. A novel has about 5 MB. */
const MAX_UNPACKED_BYTES = 64 * 1024 * 1024;
const PICTURES = /^word\/(media|embeddings|fonts)\//;

const DAMAGED = 'The file is damaged: it cannot be opened as a Word document.';

/** By way of HTML, in which headings, lists and tables are kept. */
export async function readDocx(bytes: Buffer): Promise<string> {
  const entries = zipEntries(bytes);
  if (!entries?.some((entry) => entry.name === 'word/document.xml')) throw new UnreadableError(DAMAGED);
  refuseBomb(bytes, entries);
  // What the document links to outside of itself is none of ours.
  const options = { externalFileAccess: false, convertImage: noImage, ignoreEmptyParagraphs: true };
  const { value } = await mammoth.convertToHtml({ buffer: bytes }, options).catch((cause: unknown) => {
    throw new UnreadableError(DAMAGED, { cause });
  });
  return readHtml(value);
}

const noImage = mammoth.images.imgElement(async () => ({ src: '' }));

/** A few kilobytes can unpack to gigabytes, and say that they do not. */
function refuseBomb(bytes: Buffer, entries: readonly ZipEntry[]): void {
  let left = MAX_UNPACKED_BYTES;
  for (const entry of entries.filter(({ name }) => !PICTURES.test(name))) {
    const size = sizeOf(bytes, entry, left);
    if (size === null || size > left) {
      throw new UnreadableError('The file unpacks to far more than a Word document holds, so it was not opened.');
    }
    left -= size;
  }
}

function sizeOf(bytes: Buffer, entry: ZipEntry, maxBytes: number): number | null {
  try {
    return unpackedBytes(bytes, entry, maxBytes);
  } catch (cause) {
    throw new UnreadableError(DAMAGED, { cause });
  }
}
