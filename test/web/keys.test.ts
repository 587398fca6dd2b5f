import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { screenshot, sidewaysPixels, test } from './support/browser.ts';

/** What has the focus, by its role and name. */
const focused = (page: Page): Promise<string> =>
  page.evaluate(() => {
    const { activeElement: element } = document;
    if (!element) return '';
    const label = element.getAttribute('aria-label') ?? (element instanceof HTMLTextAreaElement ? 'Message' : '');
    return `${element.tagName.toLowerCase()} ${label || element.textContent?.trim()}`;
  });

test('the palette finds sessions and commands, and runs what is chosen', async ({ visit }) => {
  const { viewer, url } = await (await createWorld()).start();
  const first = await viewer.createSession({ title: 'Getting mornings back' });
  await viewer.createSession({ title: 'Saying no at work' });
  const page = await visit(url);
  const field = page.getByRole('combobox', { name: 'Find a session or a command' });
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'Saying no at work' }).waitFor();
  await field.pressSequentially('morning');
  await expect.poll(() => page.getByRole('option').count()).toBe(1);
  await page.keyboard.press('Enter');
  await page.waitForURL(`**/s/${first.id}`);

  await page.keyboard.press('Control+k');
  await field.pressSequentially('rename');
  await page.getByRole('option', { name: 'Rename this session', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await page.getByRole('textbox', { name: 'Name of the session' }).fill('Named by the palette');
  await page.keyboard.press('Enter');
  await expect.poll(async () => (await viewer.session(first.id)).title).toBe('Named by the palette');

  await page.keyboard.press('Control+k');
  await field.pressSequentially('dark');
  await page.getByRole('option', { name: 'Dark theme', selected: true }).waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => page.evaluate(() => document.documentElement.dataset.theme)).toBe('dark');
  await page.keyboard.press('Control+k');
  await field.pressSequentially('nothing is called so');
  await page.getByText('Nothing is called so.').waitFor();
  await page.keyboard.press('Escape');
  await field.waitFor({ state: 'detached' });
});

test('F6 goes from part to part of the page, and keys that work anywhere work in each', async ({ visit }) => {
  const { viewer, url } = await (await createWorld()).start();
  const { session } = await viewer.turn('I cannot sleep.');
  const page = await visit(`${url}/s/${session.id}`);
  await page.getByRole('heading', { name: session.title, level: 1 }).waitFor();
  await page.getByRole('link', { name: session.title }).waitFor();
  const forth: string[] = [];
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press('F6');
    forth.push(await focused(page));
  }
  const [list, conversation, composer] = [`a ${session.title}`, 'section Conversation', 'textarea Message'];
  expect(forth).toEqual([conversation, composer, list, conversation]);
  await page.keyboard.press('Shift+F6');
  expect(await focused(page)).toBe(list);
  await page.keyboard.press('Alt+n');
  await page.waitForURL(`${url}/`);
  await expect.poll(() => focused(page)).toBe('textarea Message');
});

test('single keys do something outside of fields, and nothing where they are switched off', async ({ visit }) => {
  const { url } = await (await createWorld()).start();
  const page = await visit(url);
  const list = page.getByRole('dialog', { name: 'Keyboard shortcuts' });
  await page.getByRole('textbox', { name: 'Message' }).focus();
  await page.keyboard.type('?/');
  expect(await page.getByRole('textbox', { name: 'Message' }).inputValue()).toBe('?/');
  await page.getByRole('button', { name: 'Skip to message' }).focus();
  await page.keyboard.press('?');
  await list.waitFor();
  await screenshot(page, 'shortcuts');
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect.poll(() => focused(page)).toBe('button Skip to message');
  await page.keyboard.press('/');
  expect(await focused(page)).toBe('textarea Message');

  await page.goto(`${url}/settings`);
  await page.getByRole('switch', { name: 'Shortcuts of a single key' }).click();
  await page.reload();
  await page.getByRole('switch', { name: 'Shortcuts of a single key', checked: false }).waitFor();
  await page.getByRole('region', { name: 'Settings', exact: true }).focus();
  await page.keyboard.press('?');
  await page.keyboard.press('/');
  expect(await focused(page)).toBe('section Settings');
  await page.keyboard.press('Control+k');
  await page.getByRole('combobox', { name: 'Find a session or a command' }).waitFor();
  expect(await list.count()).toBe(0);
});

test('Tab goes through the page in the order in which it is read', async ({ visit }) => {
  const { viewer, url } = await (await createWorld()).start();
  await viewer.createSession({ title: 'Another', tags: ['focus'] });
  const session = await viewer.createSession({ title: 'This one', tags: ['work'] });
  const page = await visit(`${url}/s/${session.id}`);
  await page.getByRole('link', { name: 'Another' }).waitFor();
  await page.getByRole('heading', { name: 'This one', level: 1 }).waitFor();
  const stops: string[] = [];
  for (let step = 0; step < 30 && stops.at(-1) !== 'textarea Message'; step += 1) {
    await page.keyboard.press('Tab');
    stops.push(await focused(page));
  }
  expect(stops.at(-1)).toBe('textarea Message');
  expect(stops.slice(0, stops.indexOf('section Conversation') + 1)).toEqual([
    'button Skip to message',
    'a Carryover',
    'a New sessionAlt N',
    'input Search sessions',
    'button Filter by tag',
    'a This one',
    'button #work',
    'button Rename This one',
    'button More for This one',
    'a Memory',
    'a Documents',
    'a Usage',
    'a Settings',
    'button Rename',
    'button Memory on',
    'button Session menu',
    'section Conversation',
  ]);
});

test.for([
  { theme: 'light', size: 'desktop' },
  { theme: 'dark', size: 'narrow' },
] as const)('the palette is accessible: $theme, $size', async ({ theme, size }, { visit }) => {
  const { viewer, url } = await (await createWorld()).start();
  await viewer.createSession({ title: `A title that goes on ${'and on '.repeat(20)}` });
  const page = await visit(url, { theme, size });
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.keyboard.press('Control+k');
  await page.getByRole('option', { name: 'A title that goes on' }).waitFor();
  await screenshot(page, `palette-${size}-${theme}`);
  expect(await axe(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);
});
