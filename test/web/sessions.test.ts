import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { createGate, slowly } from '../support/model-answers.ts';
import type { ServerProcess } from '../support/server-process.ts';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { EXTREMES, screenshot, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';

const LONG = `A title that goes on${' and on'.repeat(20)}`;
const WORD = 'Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverleihung';

/** Sessions of these titles, the first of which is the newest. @returns their ids by title */
async function seed({ viewer }: ServerProcess, titles: Record<string, string[]>): Promise<Record<string, string>> {
  const ids: Record<string, string> = {};
  for (const [title, tags] of Object.entries(titles).reverse()) {
    ids[title] = (await viewer.createSession({ title, tags })).id;
  }
  return ids;
}

const rows = (page: Page) => page.locator('[data-row]');
const titlesOf = (page: Page) => rows(page).allInnerTexts();
const hasFocus = (page: Page) => page.evaluate(() => document.activeElement?.textContent);

test('sessions are found by words of their titles and by tags, and more of them come by scrolling', async ({
  visit,
}) => {
  const server = await (await createWorld()).start();
  const earlier = Object.fromEntries(Array.from({ length: 40 }, (_, at) => [`Earlier ${at + 1}`, ['old']]));
  await seed(server, { 'Getting mornings back': ['focus'], 'Saying no at work': ['work', 'focus'], ...earlier });
  const page = await visit(server.url);
  await expect.poll(() => rows(page).count()).toBe(30);
  await rows(page).nth(29).scrollIntoViewIfNeeded();
  await expect.poll(() => rows(page).count()).toBe(42);

  await page.getByRole('searchbox', { name: 'Search sessions' }).fill('work no');
  await expect.poll(() => titlesOf(page)).toEqual(['Saying no at work']);
  await page.getByRole('searchbox', { name: 'Search sessions' }).fill('nobody called it so');
  await page.getByText('No session has these words').waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByRole('searchbox', { name: 'Search sessions' }).fill('');

  await page.getByRole('button', { name: '#focus' }).first().click();
  await expect.poll(() => titlesOf(page)).toEqual(['Getting mornings back', 'Saying no at work']);
  await page.getByRole('button', { name: 'Filter by tag' }).click();
  await page.getByRole('dialog', { name: 'Filter by tag' }).getByRole('button', { name: '#work' }).click();
  await expect.poll(() => titlesOf(page)).toEqual(['Saying no at work']);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'No longer only #focus' }).click();
  await page.getByRole('button', { name: 'No longer only #work' }).click();
  await expect.poll(() => rows(page).count()).toBeGreaterThan(2);
});

test('a session is renamed where its title stands, and Esc keeps the old one', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const ids = await seed(server, { First: [], Second: [] });
  const page = await visit(`${server.url}/s/${ids.First}`);
  const field = page.getByRole('textbox', { name: 'Name of the session' });
  const titleOf = async (title: string) => (await server.viewer.session(ids[title] ?? '')).title;

  await rows(page).nth(0).focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('F2');
  await field.fill('No longer this');
  await page.keyboard.press('Escape');
  await expect.poll(() => hasFocus(page)).toBe('Second');
  await page.keyboard.press('F2');
  await field.fill('  Renamed by keys ');
  await page.keyboard.press('Enter');
  await expect.poll(() => hasFocus(page)).toBe('Renamed by keys');
  await expect.poll(() => titleOf('Second')).toBe('Renamed by keys');

  await page.getByRole('heading', { name: 'First', level: 1 }).dblclick();
  await field.fill('Renamed in its heading');
  await page.getByRole('textbox', { name: 'Message' }).focus();
  await page.getByRole('heading', { name: 'Renamed in its heading', level: 1 }).waitFor();
  await expect.poll(() => titleOf('First')).toBe('Renamed in its heading');
  // What was changed last is first.
  await expect.poll(() => titlesOf(page)).toEqual(['Renamed in its heading', 'Renamed by keys']);

  await page.getByRole('main').getByRole('button', { name: 'Rename' }).click();
  await field.fill(WORD);
  await page.keyboard.press('Enter');
  await expect.poll(() => titleOf('First')).toBe(WORD);
});

test('what is deleted by a key goes at once, the focus and the page go on, and Ctrl Z takes it back', async ({
  visit,
}) => {
  const server = await (await createWorld()).start();
  const ids = await seed(server, { One: [], Two: [], Three: [] });
  const page = await visit(`${server.url}/s/${ids.Two}`);
  const isActive = async (title: string) => (await server.viewer.session(ids[title] ?? '')).isActive;
  await page.getByRole('heading', { name: 'Two', level: 1 }).waitFor();

  await rows(page).nth(1).focus();
  await page.keyboard.press('Delete');
  await page.getByRole('heading', { name: 'Three', level: 1 }).waitFor();
  expect(await titlesOf(page)).toEqual(['One', 'Three']);
  expect(await hasFocus(page)).toBe('Three');
  await expect.poll(() => isActive('Two')).toBe(false);
  await page.getByText('Deleted “Two”').waitFor();
  await screenshot(page, 'session-deleted');
  expect(await axe(page)).toEqual([]);

  await page.keyboard.press('Control+z');
  await page.getByRole('heading', { name: 'Two', level: 1 }).waitFor();
  expect(await titlesOf(page)).toEqual(['One', 'Two', 'Three']);
  await expect.poll(() => isActive('Two')).toBe(true);

  await page.getByRole('button', { name: 'Session menu' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect.poll(() => isActive('Two')).toBe(false);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => isActive('Two')).toBe(true);
  await expect.poll(() => titlesOf(page)).toEqual(['One', 'Two', 'Three']);
});

test('in the drawer of a phone Esc leaves a name alone, and what was deleted is taken back there', async ({
  visit,
}) => {
  const server = await (await createWorld()).start();
  const ids = await seed(server, { One: [], Two: [] });
  const page = await visit(`${server.url}/s/${ids.One}`, { size: 'phone' });
  await page.getByRole('heading', { name: 'One', level: 1 }).waitFor();
  await page.getByRole('button', { name: 'Sessions' }).click();
  const drawer = page.getByRole('dialog', { name: 'Sessions' });
  await drawer.getByRole('button', { name: 'More for Two' }).click();
  await page.getByRole('menuitem', { name: 'Rename' }).click();
  await page.getByRole('textbox', { name: 'Name of the session' }).press('Escape');
  await drawer.getByRole('button', { name: 'More for Two' }).click();
  await page.getByRole('menuitem', { name: 'Delete' }).click();
  await expect.poll(async () => (await server.viewer.session(ids.Two ?? '')).isActive).toBe(false);
  await screenshot(page, 'session-deleted-phone');
  await drawer.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(async () => (await server.viewer.session(ids.Two ?? '')).isActive).toBe(true);
  expect(await titlesOf(page)).toEqual(['One', 'Two']);
});

test('the switches of memory say what they mean, and the server does what they say', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const { session } = await server.viewer.turn('The door was closed, and so Tuesday worked.');
  const page = await visit(`${server.url}/s/${session.id}`);
  await expect.poll(async () => (await server.viewer.session(session.id)).memory.indexed).toBe(2);
  await page.getByRole('button', { name: 'Memory on 2 of 2 messages' }).click();
  const memory = page.getByRole('dialog', { name: 'Memory of this session' });
  await memory.getByText('2 messages: 2 in memory.').waitFor();

  await memory.getByRole('switch', { name: 'Long-term memory' }).click();
  await memory.getByText('nothing you write here is remembered, and nothing remembered is used').waitFor();
  await memory.getByRole('switch', { name: 'Cross over' }).click();
  await memory.getByText('without effect while long-term memory is off').waitFor();
  const switches = async () => {
    const { longTermMemory, crossSessionMemory } = await server.viewer.session(session.id);
    return { longTermMemory, crossSessionMemory };
  };
  await expect.poll(switches).toEqual({ longTermMemory: false, crossSessionMemory: true });
  expect(await axe(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Memory off' }).click();
  await memory.getByRole('switch', { name: 'Long-term memory' }).click();
  await expect.poll(switches).toEqual({ longTermMemory: true, crossSessionMemory: true });

  await memory.getByRole('button', { name: 'Forget this session…' }).click();
  const question = page.getByRole('dialog', { name: 'Forget this session?' });
  await expect.poll(() => hasFocus(page)).toBe('Cancel');
  await question.getByRole('button', { name: 'Forget' }).click();
  await page.getByText('2 messages are no longer in memory.').waitFor();
  await page.getByRole('button', { name: 'Done' }).click();
  expect(await server.viewer.searchMemory('Tuesday')).toEqual([]);
});

test('what a session is set to is kept as it is set', async ({ visit }) => {
  const server = await (await createWorld()).start({ CHAT_MODELS: 'test-model,other-model' });
  const ids = await seed(server, { Here: ['focus'], Elsewhere: ['work', 'writing'] });
  const document = await server.viewer.addDocument('Decide the no before the ask arrives.', 'planning.txt');
  const page = await visit(`${server.url}/s/${ids.Here}`);
  await page.getByRole('button', { name: 'Session menu' }).click();
  await page.getByRole('menuitem', { name: 'Tags' }).click();
  const sheet = page.getByRole('dialog', { name: 'Session settings' });

  await page.getByRole('combobox', { name: 'Add a tag' }).pressSequentially('wor');
  await sheet.getByRole('option', { name: '#work' }).waitFor();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.keyboard.type('new one,');
  await sheet.getByRole('button', { name: 'Remove #focus' }).click();
  await sheet.getByRole('checkbox', { name: 'planning.txt' }).check();
  await sheet.getByRole('combobox', { name: 'Model' }).selectOption('other-model');
  await sheet.getByRole('textbox', { name: 'Instructions' }).fill('Keep it short.');
  await screenshot(page, 'session-settings');
  // Closing it keeps what is in the field.
  await page.keyboard.press('Escape');
  await sheet.waitFor({ state: 'detached' });

  const kept = () => server.viewer.session(ids.Here ?? '', 'tags model instructions documents { id }');
  const documents = [{ id: document.id }];
  const wanted = { tags: ['work', 'new one'], model: 'other-model', instructions: 'Keep it short.', documents };
  await expect.poll(kept).toEqual(wanted);
  await page.getByRole('button', { name: 'Session menu' }).click();
  await page.getByRole('menuitem', { name: 'Documents · 1' }).waitFor();
});

test('what the server refuses is said, and shown as it was', async ({ visit, tolerate }) => {
  tolerate(/ERR_CONNECTION_|WebSocket/);
  const server = await (await createWorld()).start();
  const ids = await seed(server, { Kept: [], Other: [] });
  const page = await visit(`${server.url}/s/${ids.Other}`);
  await rows(page).nth(0).focus();
  await server.kill();
  await page.keyboard.press('Delete');
  await page.getByText('“Kept” could not be deleted. The server does not answer.').waitFor();
  expect(await titlesOf(page)).toEqual(['Kept', 'Other']);
  await rows(page).nth(0).focus();
  await page.keyboard.press('F2');
  await page.getByRole('textbox', { name: 'Name of the session' }).fill('Never kept');
  await page.keyboard.press('Enter');
  await page.getByText('The name could not be changed. The server does not answer.').waitFor();
  expect(await titlesOf(page)).toEqual(['Kept', 'Other']);
});

test('a session that replies while another is read is marked until it has ended', async ({ visit }) => {
  const world = await createWorld();
  const gate = createGate();
  world.model.next(slowly(['Slowly, ', 'and then all.'], gate));
  const server = await world.start();
  const ids = await seed(server, { Quiet: [], Busy: [] });
  const page = await visit(`${server.url}/s/${ids.Busy}`);
  await page.getByRole('textbox', { name: 'Message' }).fill('Take your time.');
  await page.keyboard.press('Enter');
  const mark = page.getByText('replying', { exact: true });
  await mark.waitFor();
  await page.getByRole('link', { name: 'Quiet' }).click();
  await page.waitForURL(`**/s/${ids.Quiet}`);
  await mark.waitFor();
  gate.releaseAll();
  await mark.waitFor({ state: 'detached' });
});

test.for(EXTREMES)(
  'the list, its drawer and what opens of a session: $theme, $size',
  async ({ theme, size }, { visit }) => {
    const server = await (await createWorld()).start();
    const tags = ['a tag as long as a tag may ever be, to fifty chars', 'work'];
    const ids = await seed(server, { Mornings: ['focus'], [LONG]: tags, [WORD]: ['work'], Dad: [] });
    await server.viewer.turn('I skipped the writing block again.', { sessionId: ids.Mornings });
    await server.viewer.addDocument('A text.', `${WORD}.txt`);
    const page = await visit(`${server.url}/s/${ids[LONG]}`, { theme, size });
    const looked = (name: string) => looksGood(page, `sessions-${name}-${size}-${theme}`);
    await page.getByRole('button', { name: 'Session menu' }).click();
    await looked('menu');
    await page.getByRole('menuitem', { name: 'Memory' }).click();
    await page.getByRole('switch').first().waitFor();
    await looked('settings');
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Memory on' }).click();
    await page.getByRole('switch').first().waitFor();
    await looked('memory');
    await page.keyboard.press('Escape');
    if (size !== 'desktop') await page.getByRole('button', { name: 'Sessions' }).click();
    await expect.poll(() => rows(page).count()).toBe(4);
    // Not the field of the search, which would raise the keyboard.
    if (size !== 'desktop') expect(await hasFocus(page)).toBe(LONG);
    await looked('list');
  },
);
