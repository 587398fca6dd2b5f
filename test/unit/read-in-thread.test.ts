import { expect, onTestFinished, test } from 'vitest';
import { fileTypes } from '../../src/documents/read/file-type.ts';
import { readInThread } from '../../src/documents/read/read-in-thread.ts';
import { LocalEmbedder } from '../../src/models/local-embedder.ts';
import { docxFile, pdfBomb } from '../support/files.ts';

const never = new AbortController().signal;
const bytesOf = (text: string) => ({ bytes: Buffer.from(text), mimeType: fileTypes.text });
const request = (text: string, maxTokens = 120) => ({ source: bytesOf(text), maxTokens });

test('a text and the pieces of it come from the thread', async () => {
  const { text, pieces } = await readInThread(request('One.\r\n\r\nTwo.'), never);
  expect(text).toBe('One.\n\nTwo.');
  expect(pieces).toEqual([{ start: 0, text: 'One.\n\nTwo.' }]);
});

test('a text that was read before is only split', async () => {
  const source = { text: 'One. '.repeat(200).trim() };
  const { text, pieces } = await readInThread({ source, maxTokens: 120 }, never);
  expect(text).toBe(source.text);
  expect(pieces.length).toBeGreaterThan(1);
});

test('reading ends when it takes too long', async () => {
  const long = docxFile(Array.from({ length: 50_000 }, (_, at) => `Paragraph ${at}.`));
  const source = { bytes: long, mimeType: fileTypes.docx };
  await expect(readInThread({ source, maxTokens: 120 }, never, { timeoutMs: 20 })).rejects.toMatchObject({
    name: 'UnreadableError',
    message: 'The file took longer than 1 seconds to read.',
  });
});

test('reading ends when it takes too much memory', async () => {
  const long = docxFile(Array.from({ length: 100_000 }, (_, at) => `Paragraph ${at}.`));
  const source = { bytes: long, mimeType: fileTypes.docx };
  await expect(readInThread({ source, maxTokens: 120 }, never, { maxMemoryMb: 16 })).rejects.toMatchObject({
    name: 'UnreadableError',
    message: 'The file needs more memory to read than it may have.',
  });
});

test('reading ends when a small file unpacks to more memory than it may have', async () => {
  const file = pdfBomb(384 * 1024 * 1024);
  expect(file.length).toBeLessThan(20_000);
  const source = { bytes: file, mimeType: fileTypes.pdf };
  await expect(readInThread({ source, maxTokens: 120 }, never, { maxMemoryMb: 128 })).rejects.toMatchObject({
    name: 'UnreadableError',
    message: 'The file needs more memory to read than it may have.',
  });
});

test('reading ends when it is no longer wanted', async () => {
  const left = new AbortController();
  const reading = readInThread(request('One.'), left.signal);
  left.abort(new Error('stopped'));
  await expect(reading).rejects.toThrow('stopped');
  await expect(readInThread(request('One.'), left.signal)).rejects.toThrow('stopped');
});

test('no piece is longer than the local model reads', async () => {
  const embedder = new LocalEmbedder();
  onTestFinished(() => embedder.close());
  const texts = [
    'Ich möchte näher bei meiner Schwester leben, weil mir Ehrlichkeit wichtiger ist als Bequemlichkeit. '.repeat(6),
    'QUARTERLY OBJECTIVES AND KEY RESULTS FOR THE DEPARTMENT OF HEALTH AND INTERNAL AFFAIRS. '.repeat(6),
    '3141592653589793238462643383279502884197169399375105820974944592'.repeat(6),
    '| 12.5 | 33.7 | 100,000 | 4.21 | 99.9 |\n'.repeat(15),
    'Я хочу жить ближе к своей сестре, потому что честность для меня важнее удобства. '.repeat(6),
    '我想住得离我姐姐更近一些，因为诚实对我来说比舒适更重要。'.repeat(15),
    'const session = await ownSession(ctx, id); session.titleIsAutomatic = false; '.repeat(6),
  ];
  for (const text of texts) {
    const { pieces } = await readInThread(request(text), never);
    for (const piece of pieces) {
      const { inputTokens } = await embedder.embed([piece.text], never);
      // What the model was given in full has fewer than it would be cut to, or just as many.
      expect(inputTokens).toBeLessThanOrEqual(120);
      const { inputTokens: more } = await embedder.embed([`${piece.text} z`], never);
      if (inputTokens < 119) expect(more).toBeGreaterThan(inputTokens);
    }
  }
});
