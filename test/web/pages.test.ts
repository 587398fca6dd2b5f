import { createWorld } from '../support/world.ts';
import { LOOKS, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';

const PAGES = ['/', '/documents', '/memory', '/usage', '/settings', '/nowhere'];

test('every page is shown and accessible in both themes, however wide', async ({ visit, tolerate }) => {
  // The address that is not there is told to the console.
  tolerate(/404 \(Not Found\) \(\S+\/nowhere\)$/);
  const server = await (await createWorld()).start();
  for (const { theme, size } of LOOKS) {
    const page = await visit(server.url, { theme, size });
    for (const at of PAGES) {
      await page.goto(server.url + at);
      await page.getByRole('heading', { level: 1 }).waitFor();
      await looksGood(page, `page${at.replace('/', '-')}-${size}-${theme}`);
    }
  }
});
