import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { answers, says } from '../support/model-answers.ts';
import type { ModelRequest } from '../support/model-server.ts';
import { itemsOf } from '../support/test-viewer.ts';
import { axe } from './support/axe.ts';
import { LOOKS, screenshot, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';
import { seedMornings } from './support/seed-mornings.ts';

/** A conversation is held before each. */
const heading = (page: Page) => page.getByRole('heading', { name: 'Why this answer' });
const section = (page: Page, kind: string) => page.locator(`[data-section=${kind}]`);
const strip = (page: Page, replyId: string) => page.locator(`[id="why-${replyId}"]`);

test('a citation shows what it was taken from, opens it among all that was sent, and leads to where it was said', async ({
  visit,
}) => {
  const { server, session, earlier, reply, memory } = await seedMornings();
  const page = await visit(`${server.url}/s/${session.id}`);
  const citation = page
    .getByRole('article')
    .last()
    .getByRole('button', { name: `Source ${memory}`, exact: true });

  await citation.hover();
  await expect
    .poll(() => page.getByRole('tooltip').innerText())
    .toMatch(/You, .* · Saying no at work\s+Closing the door/);
  await screenshot(page, 'why-citation');
  expect(await axe(page)).toEqual([]);

  await citation.click();
  await expect.poll(() => heading(page).evaluate((element) => element === document.activeElement)).toBe(true);
  const source = page.locator(`#source-${memory}`);
  await expect.poll(() => source.innerText()).toContain(`Quoted in the reply as [${memory}]`);
  await expect.poll(() => source.evaluate(isInView)).toBe(true);
  expect(new URL(page.url()).search).toBe(`?why=${reply.id}&source=${memory}`);

  // Another citation moves the panel on, and Back closes it all the same.
  await page.getByRole('article').last().getByRole('button', { name: 'Source 1', exact: true }).click();
  await expect.poll(() => page.locator('#source-1').evaluate(isInView)).toBe(true);
  await page.goBack();
  await expect.poll(() => heading(page).count()).toBe(0);

  await citation.click();
  await source.getByRole('link', { name: /^Open/ }).click();
  await expect.poll(() => new URL(page.url()).pathname).toBe(`/s/${earlier.id}`);
  expect(new URL(page.url()).hash).toMatch(/^#m-/);
});

test('the panel survives a reload, Esc closes it, and the focus goes back to what opened it; no reply asks the server for more', async ({
  visit,
}) => {
  const { server, session, reply } = await seedMornings();
  const page = await visit(`${server.url}/settings`);
  const asked: string[] = [];
  page.on('request', (request) => void (request.url().endsWith('/graphql') && asked.push(request.postData() ?? '')));
  await page.goto(`${server.url}/s/${session.id}`);
  await expect.poll(() => page.getByRole('button', { name: /^Why this answer/ }).count()).toBe(6);
  expect(asked.filter((query) => query.includes('prompt')).length).toBe(1);
  const opener = strip(page, reply.id);
  await opener.click();
  await heading(page).waitFor();
  expect(await opener.getAttribute('aria-expanded')).toBe('true');

  await page.reload();
  await section(page, 'MEMORY').waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => heading(page).count()).toBe(0);
  await expect.poll(() => opener.evaluate((element) => element === document.activeElement)).toBe(true);

  await page.keyboard.press('Enter');
  await heading(page).waitFor();
  await page.getByRole('button', { name: 'Close' }).click();
  await expect.poll(() => opener.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(new URL(page.url()).search).toBe('');
});

test('all that was shortened or left out is shown with the reason, word for word, and what was sent to the letter', async ({
  visit,
}) => {
  const { server, session, reply } = await seedMornings();
  const manifest = await server.viewer.manifest(reply.id);
  const cut = manifest.sections.flatMap((each: { kind: string }) =>
    itemsOf(manifest, each.kind).filter((item) => item.decision !== 'INCLUDED'),
  );
  expect(cut.length).toBeGreaterThan(3);
  const page = await visit(`${server.url}/s/${session.id}?why=${reply.id}`);
  await page.getByRole('radio', { name: `Shortened or left out ${cut.length}` }).check();
  const shown = await page.getByRole('region', { name: 'What was sent' }).innerText();
  for (const { excerpt, reason } of cut) {
    expect(shown).toContain(reason);
    expect(shown.replace(/\s+/g, ' ')).toContain(excerpt.replace(/\s+/g, ' ').slice(0, 60));
  }
  expect(shown).not.toContain('You told Marta first');

  await page.getByRole('radio', { name: /^Everything/ }).check();
  await page.getByRole('heading', { name: 'Exactly what was sent' }).click();
  await page.getByText('System', { exact: true }).click();
  expect(await page.locator('pre').first().innerText()).toBe(manifest.messages[0].content);
  expect(await page.locator('code').last().innerText()).toBe(manifest.requestHash);
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('button', { name: 'Copy as JSON' }).click();
  const copied: unknown = JSON.parse(await page.evaluate(() => navigator.clipboard.readText()));
  expect(copied).toEqual(
    manifest.messages.map(({ role, content }: { role: string; content: string }) => ({
      role: role.toLowerCase(),
      content,
    })),
  );
});

test('with memory off a reply has no memory to show and says so; on again it has, but for what was deleted', async ({
  visit,
}) => {
  const { server, session, earlier, reply, memory } = await seedMornings();
  const { viewer } = server;
  await viewer.setMemory(session.id, { enabled: false });
  const off = await viewer.turn('What kept the writing block from holding?', { sessionId: session.id });
  await viewer.setMemory(session.id, { enabled: true });
  const on = await viewer.turn('What helped the writing block to hold?', { sessionId: session.id });

  const page = await visit(`${server.url}/s/${session.id}?why=${off.reply.id}`);
  await section(page, 'INSTRUCTIONS').waitFor();
  expect(await section(page, 'MEMORY').count()).toBe(0);
  await page.getByText('Long-term memory is off: nothing was recalled').waitFor();
  expect(await strip(page, off.reply.id).innerText()).toContain('Memory off');
  expect(await strip(page, reply.id).innerText()).toMatch(/memor(y|ies), .*passages?.* · \d+ cut/);

  await strip(page, on.reply.id).click();
  await section(page, 'MEMORY').waitFor();
  expect(await page.getByText('Long-term memory is off').count()).toBe(0);

  await viewer.remove(earlier.id, true);
  await page.goto(`${server.url}/s/${session.id}?why=${reply.id}&source=${memory}`);
  const source = page.locator(`#source-${memory}`);
  await expect.poll(() => source.innerText()).toMatch(/\[deleted\][\s\S]*Deleted/);
  expect(await source.getByRole('link').count()).toBe(0);
});

test('what a model condensed is said to be, and its words are there', async ({ visit }) => {
  const { world, server, session } = await seedMornings({ SUMMARIZE: 'always', PROMPT_TOKENS: '4000' });
  const condenses = ({ body }: ModelRequest) => body.messages[0]?.content.startsWith('You condense') ?? false;
  const lines = Array.from({ length: 9 }, (_, at) => `[${at + 1}] told Marta first, behind a closed door\n`);
  world.model.otherwise(answers((request) => (condenses(request) ? says(...lines) : says('I see.'))));
  const { reply } = await server.viewer.turn('What helped on Tuesday?', { sessionId: session.id });
  const page = await visit(`${server.url}/s/${session.id}?why=${reply.id}`);
  await section(page, 'MEMORY').getByText('A model condensed this with your question in mind.').waitFor();
  await screenshot(page, 'why-condensed');
  await page.getByRole('heading', { name: 'Exactly what was sent' }).click();
  expect(await page.locator('pre').first().textContent()).toContain('told Marta first');
});

test('before anything is sent, the same panel shows what would be', async ({ visit }) => {
  const { world, server, session } = await seedMornings();
  await server.viewer.setMemory(session.id, { enabled: false });
  const asked = world.model.chats.length;
  const page = await visit(`${server.url}/s/${session.id}`);
  const button = page.getByRole('button', { name: 'What would be sent' });
  expect(await button.isDisabled()).toBe(true);
  await page.getByRole('textbox', { name: 'Message' }).fill('Shall I tell Marta again?');
  await button.click();

  const panel = page.getByRole('complementary', { name: 'What would be sent' });
  await panel.getByText('Long-term memory is off: nothing was recalled').waitFor();
  await section(page, 'USER_MESSAGE').locator('summary').click();
  await expect.poll(() => section(page, 'USER_MESSAGE').innerText()).toContain('Shall I tell Marta again?');
  expect(await axe(page)).toEqual([]);
  await page.reload();
  await expect.poll(() => section(page, 'USER_MESSAGE').count()).toBe(1);
  await page.goBack();
  await expect.poll(() => panel.count()).toBe(0);
  expect(world.model.chats.length).toBe(asked);
});

test('the panel is accessible and fits, in every look and between', async ({ visit }) => {
  const { server, session, reply, memory } = await seedMornings();
  for (const { theme, size } of LOOKS) {
    const page = await visit(`${server.url}/s/${session.id}?why=${reply.id}&source=${memory}`, { theme, size });
    await section(page, 'MEMORY').waitFor();
    await looksGood(page, `why-${size}-${theme}`);
    if (size !== 'desktop') continue;
    await page.setViewportSize({ width: 1100, height: 800 });
    await expect.poll(() => page.getByRole('navigation', { name: 'Sessions' }).isVisible()).toBe(false);
    expect(await axe(page)).toEqual([]);
  }
});

/** Whether it can be seen where it is. */
function isInView(element: Element): boolean {
  const { top, bottom, width } = element.getBoundingClientRect();
  return width > 0 && top >= 56 && bottom <= innerHeight;
}
