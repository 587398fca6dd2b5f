import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { says } from '../support/model-answers.ts';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { LOOKS, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';

/** Of the page, not of the list of sessions beside it. */
const rowOf = (page: Page, title: string) =>
  page
    .getByRole('region', { name: 'Sessions in memory' })
    .getByRole('listitem')
    .filter({ has: page.getByRole('link', { name: title }) });

test('what is remembered is found, opened where it was said, and forgotten', async ({ visit }) => {
  const world = await createWorld();
  const { url, viewer } = await world.start();
  world.model.otherwise(says('Thank you.'));
  const { session, message } = await viewer.turn('Closing the door worked on Tuesday.', {
    newSession: { title: 'Mornings' },
  });
  const page = await visit(`${url}/memory`);
  const field = page.getByRole('searchbox', { name: 'What do you remember about…' });
  await field.fill('the door');
  await field.press('Enter');

  const memories = page.getByRole('region', { name: 'What is remembered' });
  const hit = memories.getByRole('listitem').filter({ hasText: 'Closing the door' });
  await expect.poll(() => hit.innerText()).toMatch(/You\s+Today\s+Mornings/);
  await hit.getByRole('link', { name: 'Open' }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/s/${session.id}`);
  await page.locator(`#m-${message.id}`).waitFor();
  await page.goBack();

  await hit.getByRole('button', { name: 'Forget' }).click();
  const question = page.getByRole('dialog', { name: 'Forget this message?' });
  expect(await question.innerText()).toContain('cannot be put back');
  expect(await axe(page)).toEqual([]);
  await question.getByRole('button', { name: 'Forget' }).click();
  await expect.poll(() => hit.count()).toBe(0);
  await expect.poll(() => focused(page)).toMatch(/^(Nothing|\d)/);
  expect((await viewer.searchMemory('the door')).map((each) => each.message.id)).not.toContain(message.id);
  expect((await viewer.message(message.id)).content).toBe('Closing the door worked on Tuesday.');
});

test('memory is turned off and on, crosses sessions, and a whole session is forgotten', async ({ visit }) => {
  const { url, viewer } = await (await createWorld()).start();
  const { session } = await viewer.turn('My knee hurts.', { newSession: { title: 'The knee' } });
  await viewer.turn('Work is quiet.', { newSession: { title: 'Work', crossSessionMemory: true } });
  const page = await visit(`${url}/memory`);
  const knee = rowOf(page, 'The knee');
  const sum = page.getByText(/ crossing on in /);
  await expect.poll(() => sum.innerText()).toBe('2 of 2 · crossing on in 1');
  await expect.poll(() => knee.innerText()).toContain('2 of 2 messages in memory');

  await knee.getByRole('switch', { name: 'Cross sessions' }).press('Space');
  await expect.poll(() => sum.innerText()).toBe('2 of 2 · crossing on in 2');
  await knee.getByRole('switch', { name: 'Remember' }).press('Space');
  await expect.poll(() => knee.innerText()).toContain('Memory is off');
  await expect.poll(() => sum.innerText()).toBe('1 of 2 · crossing on in 1');
  await expect.poll(async () => (await viewer.session(session.id)).longTermMemory).toBe(false);
  expect(await viewer.session(session.id)).toMatchObject({ crossSessionMemory: true });

  await knee.getByRole('switch', { name: 'Remember' }).press('Space');
  await expect.poll(() => knee.innerText()).toContain('2 of 2 messages in memory');
  await knee.getByRole('button', { name: 'More for The knee' }).click();
  await page.getByRole('menuitem', { name: 'Forget everything of this session…' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Forget' }).click();
  await page.getByRole('button', { name: 'Done' }).click();
  await expect.poll(() => knee.innerText()).toContain('Nothing in memory');
  expect(await viewer.searchMemory('knee', { sessionId: session.id })).toEqual([]);
});

test('who has no session yet reads what memory is', async ({ visit }) => {
  const { url } = await (await createWorld()).start();
  const page = await visit(`${url}/memory`);
  await page.getByRole('heading', { name: 'Nothing to remember yet' }).waitFor();
  await page.goto(`${url}/memory?find=anything`);
  await page.getByRole('heading', { name: 'Nothing is remembered about it.' }).waitFor();
});

test('sessions are shown page by page', async ({ visit }) => {
  const { url, viewer } = await (await createWorld()).start();
  for (let at = 1; at <= 32; at += 1) await viewer.createSession({ title: `Session ${at}`, longTermMemory: at > 2 });
  const page = await visit(`${url}/memory`);
  const sum = page.getByText(/ crossing on in /);
  await expect.poll(() => sum.innerText()).toBe('30 of 30 shown, 32 in all · crossing on in 0');
  await page.getByRole('button', { name: 'Show earlier sessions' }).click();
  await expect.poll(() => sum.innerText()).toBe('30 of 32 · crossing on in 0');
});

test('memory is accessible in both themes, however wide', async ({ visit }) => {
  const { url, viewer } = await (await createWorld()).start();
  await viewer.turn('Closing the door worked on Tuesday, and telling Marta first.', {
    newSession: { title: 'Mornings' },
  });
  const title = `${'Averylongtitlewithoutanyspace'.repeat(4)} and then some words`;
  await viewer.turn('The door again.', { newSession: { title, longTermMemory: false } });
  for (const { theme, size } of LOOKS) {
    const page = await visit(`${url}/memory`, { theme, size });
    await expect.poll(() => rowOf(page, 'Mornings').innerText()).toContain('2 of 2');
    await looksGood(page, `memory-${size}-${theme}`);
    await page.goto(`${url}/memory?find=the+door`);
    await page.getByText('telling Marta first').waitFor();
    await looksGood(page, `memory-found-${size}-${theme}`);
  }
});

/** What has the focus, by its words. */
const focused = (page: Page): Promise<string> => page.evaluate(() => document.activeElement?.textContent ?? '');
