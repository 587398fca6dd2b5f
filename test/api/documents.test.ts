import { expect } from 'vitest';
import { hashingEmbedder, test } from '../support/app.ts';

const CHUNKS = 'status chunkCount chunks { id position text start document { id filename } }';
const VALUES = 'I want to live closer to my sister.\n\nHonesty matters more to me than comfort.';

test('a text that is added is indexed, and then embedded', async ({ app, alice }) => {
  const added = await alice.addDocument(VALUES, 'values.md');
  expect(added).toMatchObject({ filename: 'values.md', mimeType: 'text/markdown', status: 'PENDING', error: null });
  expect(added.sizeBytes).toBe(VALUES.length);

  await app.idle();

  const document = await alice.document(added.id, CHUNKS);
  expect(document).toMatchObject({ status: 'READY', chunkCount: document.chunks.length });
  for (const [position, chunk] of document.chunks.entries()) {
    expect(chunk).toMatchObject({ position, document: { id: added.id, filename: 'values.md' } });
    expect(VALUES.slice(chunk.start, chunk.start + chunk.text.length)).toBe(chunk.text);
  }
  expect(hashingEmbedder(app).calls.flat().join(' ')).toContain('closer to my sister');
});

test('the documents of a session are those that were linked, in their order', async ({ app, alice }) => {
  const first = await alice.addDocument('The first of them.');
  const second = await alice.addDocument('The second of them.');
  const session = await alice.createSession({ documentIds: [second.id, first.id] });
  await app.idle();

  const ids = async () =>
    (await alice.session(session.id, 'documents { id }')).documents.map(({ id }: { id: string }) => id);
  expect(await ids()).toEqual([second.id, first.id]);

  await alice.updateSession({ id: session.id, documentIds: [first.id] });
  expect(await ids()).toEqual([first.id]);

  await alice.deleteDocument(first.id);
  expect(await ids()).toEqual([]);
  expect(await alice.document(first.id)).toBeNull();
});
