import { getDocumentProxy } from 'unpdf';
import { type PdfPiece, pdfText } from './pdf-text.ts';
import { UnreadableError } from './unreadable.ts';

/** Stops where a text gets longer than `maxChars`, which the caller refuses. */
export async function readPdf(bytes: Buffer, maxChars: number): Promise<string> {
  // A copy, because the reader takes the memory of what it is given.
  const pdf = await getDocumentProxy(Uint8Array.from(bytes), { verbosity: 0 }).catch(refuse);
  const pages: string[] = [];
  let length = 0;
  for (let number = 1; number <= pdf.numPages && length <= maxChars; number++) {
    const page = await pdf.getPage(number).catch(refuse);
    const { items } = await page.getTextContent().catch(refuse);
    const text = pdfText(items.flatMap((item) => ('str' in item ? [pieceOf(item)] : [])));
    page.cleanup();
    pages.push(text);
    length += text.length;
  }
  if (length === 0) {
    throw new UnreadableError(
      'The file holds no text. It may be scanned: pictures of pages have to be made text first.',
    );
  }
  return pages.filter(Boolean).join('\n\n');
}

const pieceOf = ({ str, width, height, transform }: PdfItem): PdfPiece => {
  const [, , , , x = 0, y = 0]: number[] = transform;
  return { text: str, x, y, width, height };
};

interface PdfItem {
  str: string;
  width: number;
  height: number;
  transform: number[];
}

function refuse(error: unknown): never {
  if (error instanceof Error && error.name === 'PasswordException') {
    throw new UnreadableError('The file is encrypted: it cannot be read without its password.');
  }
  throw new UnreadableError('The file is damaged: it cannot be opened as a PDF.', { cause: error });
}
