import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { says } from '../support/model-answers.ts';
import { startServer, temporaryFolder } from '../support/server-process.ts';
import { createWorld } from '../support/world.ts';
import { test } from './support/browser.ts';
import { field, messages, replies, say, sessionIdOf, settled, topOf } from './support/conversation.ts';

/** Of a session that takes more than two pages. */
const TURNS = 60;

test('earlier messages come before what is read, which stays where it is; and a source is found however far up', async ({
  visit,
}) => {
  const world = await createWorld();
  world.model.otherwise(says('So it was.'));
  const { url, viewer } = await world.start();
  const { session, message: first } = await viewer.turn('Thing 1.');
  for (let at = 2; at <= TURNS; at += 1) await viewer.turn(`Thing ${at}.`, { sessionId: session.id });

  const page = await visit(`${url}/s/${session.id}`);
  const last = messages(page).filter({ hasText: `Thing ${TURNS}.` });
  await last.waitFor();
  // The last turn is at the top, and there is room below it.
  expect(await topOf(last)).toBeLessThan(120);

  // On paper it stands there whole.
  await page.emulateMedia({ media: 'print' });
  expect(await page.evaluate(() => document.documentElement.scrollHeight)).toBeGreaterThan(2_000);
  expect(await field(page).isVisible()).toBe(false);
  await page.emulateMedia({ media: 'screen' });

  const seen = messages(page).filter({ hasText: 'Thing 40.' });
  await seen.evaluate((element) => element.scrollIntoView({ block: 'center' }));
  const before = await topOf(seen);
  await page.getByRole('button', { name: 'Show earlier messages' }).evaluate((button: HTMLElement) => button.click());
  await expect.poll(() => messages(page).count()).toBe(100);
  expect(Math.abs((await topOf(seen)) - before)).toBeLessThan(2);

  await page.reload();
  await last.waitFor();
  await page.evaluate(({ id }) => history.pushState(null, '', `#m-${id}`), first);
  const found = messages(page).filter({ hasText: 'Thing 1.' }).first();
  await found.waitFor();
  await expect.poll(() => found.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await topOf(found)).toBeGreaterThan(0);

  await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toContain('So it was.');
  await page.keyboard.press('ArrowDown');
  expect(await focused(page)).toContain('Thing 2.');
  await page.keyboard.press('Home');
  expect(await focused(page)).toContain('Thing 1.');

  // The same link, followed again from somewhere else.
  await page.keyboard.press('End');
  await page.evaluate(({ id }) => history.pushState(null, '', `#m-${id}`), first);
  await expect.poll(() => found.evaluate((element) => element === document.activeElement)).toBe(true);

  await page.getByRole('button', { name: 'Latest' }).click();
  await last.waitFor();
  await say(page, 'And now?');
  await expect.poll(() => replies(page).last().innerText()).toBe('So it was.');
  await settled(page);
  expect((await viewer.messages(session.id)).totalCount).toBe(TURNS * 2 + 2);
});

test('a session that was left is taken up again, with what was said in it and where it was read', async ({ visit }) => {
  // The built-in responder, which quotes what it finds in memory.
  const server = await startServer({ env: { DATABASE_URL: `sqlite:${temporaryFolder()}/carryover.db` } });
  const page = await visit(server.url);
  await page.getByText('No model is connected').waitFor();
  const talk = [
    'My sister Marta and I argue about who looks after our father at weekends.',
    'Work is fine at the moment, the new team has settled in well.',
    'I have started to run again in the mornings, three times a week.',
    'On Thursday I gave the talk that I was afraid of, and it went well.',
    'I slept badly because of the heat all this week.',
    'My manager asked me to lead the next project from January on.',
    'I would like to read more in the evenings and look at screens less.',
    'The garden needs work, and I keep putting it off until later.',
  ];
  for (const [at, text] of talk.entries()) {
    await say(page, text);
    await expect.poll(() => replies(page).count()).toBe(at + 1);
    await settled(page);
  }
  const first = sessionIdOf(page);

  await page.getByRole('link', { name: /New session/ }).click();
  await page.getByText('What is on your mind?').waitFor();
  await say(page, 'Something quite different: how do I say no?');
  await expect.poll(() => messages(page).count()).toBe(2);
  await settled(page);
  expect(sessionIdOf(page)).not.toBe(first);
  await field(page).fill('A draft that belongs here');

  await page.goBack();
  await page.locator(`a[href="/s/${first}"]`).first().click();
  await expect.poll(() => messages(page).count()).toBe(talk.length * 2);
  expect(await field(page).inputValue()).toBe('');
  await say(page, 'What did I say about Marta and our father?');
  await expect.poll(() => replies(page).count()).toBe(talk.length + 1);
  await settled(page);
  const answer = replies(page).last();
  expect(await answer.innerText()).toMatch(/Marta/);
  expect(await answer.getByRole('button', { name: /Source/ }).count()).toBeGreaterThan(0);
});

const focused = (page: Page): Promise<string> =>
  page.evaluate(() => (document.activeElement instanceof HTMLElement ? document.activeElement.innerText : ''));
