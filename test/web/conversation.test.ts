import { expect } from 'vitest';
import { createGate, slowly } from '../support/model-answers.ts';
import { rowsOf } from '../support/server-process.ts';
import { createWorld } from '../support/world.ts';
import { test } from './support/browser.ts';
import {
  field,
  LOST,
  messages,
  replies,
  say,
  sessionIdOf,
  settled,
  stopButton,
  topOf,
} from './support/conversation.ts';

// Browser, server and model share a machine that may be busy.
const MORE = 'It goes on for as long as it takes to be more than one line on any screen that it may be read on.';
const PARAGRAPHS = Array.from({ length: 12 }, (_, at) => `Paragraph ${at + 1}. ${MORE}\n\n`);
/** As it is shown. */
const WHOLE = PARAGRAPHS.join('').trim();

test('a reply grows below its question, which stays where it is, and the page becomes that of the session', async ({
  visit,
}) => {
  const world = await createWorld();
  const server = await world.start();
  const page = await visit(server.url);
  const gate = createGate();
  world.model.next(slowly(PARAGRAPHS, gate));
  await say(page, 'What shall I do?');
  const question = messages(page).first();
  await question.waitFor();
  await expect.poll(() => page.url()).toContain('/s/');
  const tops = new Set([await topOf(question)]);
  for (const [at] of PARAGRAPHS.entries()) {
    gate.release();
    await page
      .getByText(`Paragraph ${at + 1}.`)
      .first()
      .waitFor();
    tops.add(await topOf(question));
  }
  gate.releaseAll();
  await settled(page);
  tops.add(await topOf(question));
  expect([...tops]).toHaveLength(1);
  expect(await replies(page).innerText()).toBe(WHOLE);
  expect(await field(page).evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await page.getByRole('status').allInnerTexts()).toContainEqual(
    expect.stringContaining('The reply is finished.'),
  );
  // More of it is below: the way there is offered, and nothing was scrolled.
  await page.getByRole('button', { name: 'Latest' }).click();
  await expect.poll(() => page.getByRole('button', { name: 'Latest' }).count()).toBe(0);
});

test('the server is killed in mid-reply and starts again: what is shown ends equal to what is stored', async ({
  visit,
  tolerate,
}) => {
  tolerate(LOST);
  const world = await createWorld();
  const first = await world.start();
  const page = await visit(first.url);
  const gate = createGate();
  world.model.next(slowly(['One thing ', 'after another ', 'was said.'], gate));
  await say(page, 'Tell me.');
  gate.release(2);
  await expect.poll(() => replies(page).allInnerTexts()).toEqual(['One thing after another']);
  // What is read early is in the server's memory alone, and would go with it.
  await expect.poll(() => rowsOf(world.file, 'select text from reply_part')).not.toEqual([]);
  await first.kill();
  await page.getByText('The server does not answer').waitFor();
  expect(await replies(page).innerText()).toBe('One thing after another');

  const second = await world.start({ PORT: new URL(first.url).port });
  await page.getByText('The reply was cut off', { exact: true }).waitFor();
  const [, stored] = (await second.viewer.messages(sessionIdOf(page))).nodes;
  expect(stored.status).toBe('FAILED');
  expect(await replies(page).innerText()).toBe(stored.content.trim());

  await page.getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => replies(page).allInnerTexts()).toEqual(['I hear you. What matters most to you in this?']);
  await page.getByText('Earlier version').click();
  await expect.poll(() => page.locator('details [data-body]').innerText()).toBe(stored.content.trim());
});

test('two tabs follow one reply, one of them is loaded anew, and either can stop it', async ({ visit }) => {
  const world = await createWorld();
  const server = await world.start();
  const page = await visit(server.url);
  const gate = createGate();
  world.model.next(slowly(['One thing ', 'after another ', 'and on.'], gate));
  await say(page, 'Tell me.');
  gate.release();
  await expect.poll(() => replies(page).allInnerTexts()).toEqual(['One thing']);

  const other = await page.context().newPage();
  await other.goto(page.url());
  await expect.poll(() => replies(other).allInnerTexts()).toEqual(['One thing']);
  gate.release();
  for (const tab of [page, other]) await expect.poll(() => replies(tab).innerText()).toBe('One thing after another');
  await page.reload();
  await expect.poll(() => replies(page).allInnerTexts()).toEqual(['One thing after another']);

  await stopButton(page).click();
  for (const tab of [page, other]) {
    await tab.getByText('Stopped', { exact: true }).waitFor();
    expect(await replies(tab).innerText()).toBe('One thing after another');
  }
  // What is said in one of them is there in the other.
  await say(other, 'Thank you.');
  await expect.poll(() => messages(page).count()).toBe(4);
  await settled(page);
});

test('what is written is kept: while it is written, when its answer is lost, and through a reload', async ({
  visit,
  tolerate,
}) => {
  tolerate(LOST);
  const world = await createWorld();
  const server = await world.start();
  const page = await visit(server.url);
  await field(page).fill('Half a thought');
  await page.reload();
  expect(await field(page).inputValue()).toBe('Half a thought');

  // The server takes each message, and nobody hears of it.
  const isSending = (body: string | null) => body?.includes('"SendMessage"') ?? false;
  await page.route('**/graphql', async (route) => {
    if (!isSending(route.request().postData())) return route.continue();
    await route.fetch();
    await route.abort();
  });
  await say(page, 'A whole thought.');
  await page.getByText('Not sent').waitFor();
  await page.reload();
  await page.getByText('A whole thought.').first().waitFor();
  await page.unroute('**/graphql');
  await page.getByRole('button', { name: 'Send again' }).click();
  await expect.poll(() => page.url()).toContain('/s/');
  await settled(page);
  const { nodes } = await server.viewer.sessions();
  expect(nodes).toHaveLength(1);
  expect(nodes[0].messageCount).toBe(2);
  expect(await messages(page).count()).toBe(2);
  expect(await field(page).inputValue()).toBe('');

  await page.context().setOffline(true);
  await page.getByText('You are offline').waitFor();
  await say(page, 'Said in a tunnel.');
  await page.getByText('Said in a tunnel.').first().waitFor();
  await page.context().setOffline(false);
  await expect.poll(() => messages(page).count()).toBe(4);
  await settled(page);
  expect((await server.viewer.messages(sessionIdOf(page))).totalCount).toBe(4);
});

test('one message waits for the reply to end, and can be taken back', async ({ visit }) => {
  const world = await createWorld();
  const server = await world.start();
  const page = await visit(server.url);
  const gate = createGate();
  world.model.next(slowly(['Slowly.'], gate));
  await say(page, 'First.');
  await stopButton(page).waitFor();
  await field(page).fill('Second.');
  await field(page).press('Enter');
  await page.getByText('Sent when the reply has ended', { exact: true }).waitFor();
  await page.getByRole('button', { name: 'Edit' }).click();
  expect(await field(page).inputValue()).toBe('Second.');
  await field(page).fill('Second, in other words.');
  await field(page).press('Enter');
  await page.getByRole('button', { name: 'Remove' }).waitFor();
  // It waits although the page is another.
  await page.reload();
  await page.getByText('Sent when the reply has ended', { exact: true }).waitFor();
  gate.releaseAll();
  await expect.poll(() => messages(page).count()).toBe(4);
  await settled(page);
  const { nodes } = await server.viewer.messages(sessionIdOf(page));
  expect(nodes.map(({ content }: { content: string }) => content)).toEqual([
    'First.',
    'Slowly.',
    'Second, in other words.',
    'I hear you. What matters most to you in this?',
  ]);
});
