import { expect, vi } from 'vitest';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { LOOKS, screenshot, sidewaysPixels, test } from './support/browser.ts';

// A browser, a server and their tests may share a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const PAGES = ['/', '/documents', '/memory', '/usage', '/settings', '/nowhere'];

test.for(LOOKS)('every page is shown and accessible: $theme, $size', async ({ theme, size }, { visit, tolerate }) => {
  // The address that is not there is told to the console.
  tolerate(/404 \(Not Found\) \(\S+\/nowhere\)$/);
  const server = await (await createWorld()).start();
  const page = await visit(server.url, { theme, size });
  for (const at of PAGES) {
    await page.goto(server.url + at);
    await page.getByRole('heading', { level: 1 }).waitFor();
    await screenshot(page, `page${at.replace('/', '-')}-${size}-${theme}`);
    expect([at, await axe(page)]).toEqual([at, []]);
    expect([at, await sidewaysPixels(page)]).toEqual([at, 0]);
  }
});
