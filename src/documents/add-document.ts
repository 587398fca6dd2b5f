import { createHash } from 'node:crypto';
import path from 'node:path';
import type { Context } from '../context.ts';
import type { AddDocumentInput } from './document.type.ts';
import type { DocumentRow } from './own-document.ts';
import { fileTypes } from './read/file-type.ts';
import { storeDocument } from './store-document.ts';

const MARKDOWN = ['.md', '.markdown'];

/** Stores a text, which is Markdown where its name says so. The same text twice is one document. */
export async function addDocument(
  ctx: Pick<Context, 'app' | 'em' | 'viewer'>,
  input: AddDocumentInput,
): Promise<DocumentRow> {
  const filename = input.filename.trim();
  const isMarkdown = MARKDOWN.includes(path.extname(filename).toLowerCase());
  const bytes = Buffer.from(input.text, 'utf8');
  const { document } = await storeDocument(ctx, {
    filename,
    mimeType: isMarkdown ? fileTypes.markdown : fileTypes.text,
    bytes,
    contentHash: createHash('sha256').update(bytes).digest('hex'),
  });
  return document;
}
