import { expect, test, vi } from 'vitest';
import { rowsOf } from '../support/server-process.ts';
import { createWorld } from '../support/world.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const PATIENCE = { timeout: 30_000, interval: 10 };
/** Some 400 pieces. */
const TEXT = Array.from({ length: 2500 }, (_, at) => `In week ${at} I walked along the river and thought of it.`).join(
  ' ',
);

const countOf = (file: string, sql: string): number =>
  Number(rowsOf(file, `select count(*) as count from ${sql}`)[0]?.count);

test.each([
  ['as soon as it was acknowledged', () => true],
  ['when some of it is indexed', (file: string) => countOf(file, 'chunk') > 0],
  ['when some of it is embedded', (file: string) => countOf(file, 'chunk where embedding is not null') > 0],
])('a document is indexed once and whole when the server is killed %s', async (_when, isTime) => {
  const { file, start } = await createWorld();
  const first = await start();
  const { status, document } = await first.viewer.upload('walks.txt', TEXT);
  expect(status).toBe(201);
  await vi.waitFor(() => expect(isTime(file)).toBe(true), PATIENCE);
  await first.kill();
  expect(countOf(file, 'job')).toBe(1);

  await start();
  await vi.waitFor(() => expect(countOf(file, 'job')).toBe(0), PATIENCE);

  const [stored] = rowsOf(file, 'select status, chunk_count as chunks, failure from document');
  const chunks = rowsOf(file, 'select position, start, text, embedding from chunk order by position');
  expect(stored).toEqual({ status: 'READY', chunks: chunks.length, failure: null });
  expect(chunks.map(({ position }) => position)).toEqual(chunks.map((_, at) => at));
  expect(chunks.filter(({ embedding }) => embedding === null)).toEqual([]);
  expect(chunks.map(({ text }) => String(text).replace(/\s/g, '')).join('')).toBe(TEXT.replace(/\s/g, ''));
  expect(countOf(file, 'document_content where file is not null')).toBe(0);
  expect(countOf(file, 'chunk_term where chunk_id not in (select id from chunk)')).toBe(0);
  expect(document.id).toBe(rowsOf(file, 'select id from document')[0]?.id);
});

test('a deletion that was cut off is out of sight at once, and is ended after the restart; the same file is a new one', async () => {
  const { file, start } = await createWorld();
  const first = await start();
  const { document } = await first.viewer.upload('walks.txt', TEXT);
  await vi.waitFor(() => expect(countOf(file, 'job')).toBe(0), PATIENCE);
  const whole = countOf(file, 'chunk');
  const deleting = first.viewer.deleteDocument(document.id).catch(() => null);
  await vi.waitFor(() => expect(countOf(file, 'chunk')).toBeLessThan(whole), PATIENCE);
  expect(await first.viewer.document(document.id)).toBeNull();
  await first.kill();
  await deleting;

  const { viewer } = await start();
  expect(await viewer.document(document.id)).toBeNull();
  const again = await viewer.upload('walks.txt', TEXT);
  expect(again.document.id).not.toBe(document.id);
  const left = `chunk where document_id = '${document.id}'`;
  await vi.waitFor(() => expect(countOf(file, left)).toBe(0), PATIENCE);
  await vi.waitFor(() => expect(countOf(file, `document where id = '${document.id}'`)).toBe(0), PATIENCE);
  await vi.waitFor(() => expect(countOf(file, 'chunk')).toBe(whole), PATIENCE);
});
