import { readFile } from 'node:fs/promises';
import { expect } from 'vitest';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { EXTREMES, screenshot, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';

test('the theme that was chosen is there before the page is, and at once in other tabs', async ({ visit }) => {
  const { url } = await (await createWorld()).start();
  const page = await visit(`${url}/settings`);
  await page.getByText('Dark', { exact: true }).click();
  const theme = () => document.documentElement.dataset.theme;
  expect(await page.evaluate(theme)).toBe('dark');

  const tab = await page.context().newPage();
  // Nothing is painted before there is a body.
  await tab.addInitScript(() => {
    new MutationObserver((_changes, observer) => {
      if (!document.body) return;
      observer.disconnect();
      Object.assign(window, { themeAtFirst: document.documentElement.dataset.theme });
    }).observe(document, { childList: true, subtree: true });
  });
  await tab.goto(`${url}/settings`);
  expect(await tab.evaluate('themeAtFirst')).toBe('dark');
  await tab.getByText('Light', { exact: true }).click();
  await expect.poll(() => page.evaluate(theme)).toBe('light');
  await tab.getByText('System', { exact: true }).click();
  await expect.poll(() => page.evaluate(theme)).toBe(undefined);
});

test('the export that is saved has every line of the server', async ({ visit }) => {
  const server = await (await createWorld()).start();
  await server.viewer.turn('The door was closed, and so Tuesday worked.');
  await server.viewer.addDocument('Decide the no before the ask arrives.', 'planning.txt');
  const page = await visit(`${server.url}/settings`);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  const download = await saved;
  expect(download.suggestedFilename()).toMatch(/^carryover-\d{4}-\d\d-\d\d\.jsonl$/);
  await page.getByText(/^Exported .*(byte|kB)/).waitFor();
  const linesOf = (text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
  const exported = await (await fetch(`${server.url}/export`)).text();
  expect(linesOf(await readFile(await download.path(), 'utf8')).length).toBe(linesOf(exported).length);
  expect(linesOf(await readFile(await download.path(), 'utf8')).length).toBeGreaterThan(3);
});

test('what was deleted is restored, or deleted for good after a question', async ({ visit }) => {
  const { viewer, url } = await (await createWorld()).start();
  for (const title of ['Never again', 'Wanted after all']) {
    await viewer.remove((await viewer.createSession({ title })).id);
  }
  const page = await visit(`${url}/settings`);
  await page.getByRole('button', { name: 'Restore Wanted after all' }).click();
  await page.getByRole('link', { name: 'Wanted after all' }).waitFor();
  await page.getByRole('button', { name: 'Delete for good: Never again' }).click();
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Delete for good: Never again' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete for good' }).click();
  await page.getByText('There are none.').waitFor();
  const all = await viewer.sessions({ filter: { state: 'ALL' } }, 'title');
  expect(all.nodes).toEqual([{ title: 'Wanted after all' }]);
});

test('to erase everything takes the id typed, and leaves nothing here, there, or in another tab', async ({ visit }) => {
  const { viewer, url } = await (await createWorld()).start();
  const { session } = await viewer.turn('The door was closed, and so Tuesday worked.');
  const page = await visit(`${url}/settings`);
  await page.evaluate(() => localStorage.setItem('draft:new', 'written and not sent'));
  const tab = await page.context().newPage();
  await tab.goto(`${url}/s/${session.id}`);
  await tab.getByRole('heading', { name: session.title, level: 1 }).waitFor();

  const erase = page.getByRole('button', { name: 'Erase everything' });
  await page.getByLabel('To erase, type your id').fill('loca');
  expect(await erase.isDisabled()).toBe(true);
  await page.getByLabel('To erase, type your id').fill('local');
  await erase.click();
  const told = page.getByRole('dialog', { name: 'Everything is erased' });
  await told.getByText('1 session, 2 messages').waitFor();
  await screenshot(page, 'erased');
  expect(await axe(page)).toEqual([]);
  expect((await viewer.sessions()).nodes).toEqual([]);
  expect(await page.evaluate(() => localStorage.getItem('draft:new'))).toBe(null);
  await tab.waitForURL(`${url}/`);
  await told.getByRole('button', { name: 'Begin anew' }).click();
  await page.waitForURL(`${url}/`);
  await page.getByText('Your sessions will stand here').waitFor();
});

test('what the server sets is said: its models, and where words go', async ({ visit }) => {
  const world = await createWorld();
  const server = await world.start({ CHAT_MODELS: 'test-model,other-model' });
  const page = await visit(`${server.url}/settings`);
  await page.getByText('test-model answers.').waitFor();
  await page.getByText('is sent to the model endpoint').waitFor();
  await page.getByText('other-model').waitFor();
});

test.for(EXTREMES)('the settings are accessible: $theme, $size', async ({ theme, size }, { visit }) => {
  const { viewer, url } = await (await createWorld()).start();
  await viewer.remove((await viewer.createSession({ title: `A title that goes on ${'and on '.repeat(20)}` })).id);
  const page = await visit(`${url}/settings`, { theme, size });
  await page.getByRole('button', { name: /^Restore/ }).waitFor();
  await looksGood(page, `settings-${size}-${theme}`);
});
