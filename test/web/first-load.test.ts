import { request } from 'node:http';
import { expect } from 'vitest';
import { createWorld } from '../support/world.ts';
import { test } from './support/browser.ts';

const MAX_BYTES = 200 * 1024;

/** What a browser that takes gzip has to download. */
const gzippedBytes = (address: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request(address, { headers: { 'accept-encoding': 'gzip' } }, (response) => {
      let bytes = 0;
      response.on('data', (part: Buffer) => {
        bytes += part.length;
      });
      response.on('end', () => resolve(bytes));
    })
      .once('error', reject)
      .end();
  });

test('scripts and styles of the first load take at most 200 KB', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const page = await visit(server.url);
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  const loaded = await page.evaluate(() => performance.getEntriesByType('resource').map(({ name }) => name));
  const code = loaded.filter((address) => /\.(js|css)$/.test(address));
  expect(code.some((address) => address.endsWith('.js'))).toBe(true);
  const bytes = await Promise.all(code.map(gzippedBytes));
  expect(bytes.reduce((sum, each) => sum + each, 0)).toBeLessThanOrEqual(MAX_BYTES);
});
