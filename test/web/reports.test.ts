import { expect } from 'vitest';
import { createGate, disconnectsAfter, says, slowly } from '../support/model-answers.ts';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { screenshot, sidewaysPixels, test } from './support/browser.ts';

const NOTES = 'What is told to one person is kept. The writing block that somebody knows of is moved half as often.';
const SAID = 'I told Marta first, and the writing block held on Tuesday.';

test('a file is uploaded, cited in a reply, and reported on; the report is printed with its sources', async ({
  visit,
}) => {
  const world = await createWorld();
  const server = await world.start();
  const { viewer } = server;
  const page = await visit(`${server.url}/documents`);
  await page.addInitScript(() => {
    window.print = () => undefined;
  });
  const file = { name: 'planning-workshop.md', mimeType: 'text/markdown', buffer: Buffer.from(NOTES) };
  await page.locator('input[type=file]').first().setInputFiles(file);
  const documents = async () => (await viewer.query('{ documents { nodes { id status } } }')).documents.nodes;
  await expect.poll(documents).toMatchObject([{ status: 'READY' }]);
  const [document] = await documents();

  const session = await viewer.createSession({ title: 'Mornings', documentIds: [document.id] });
  await page.goto(`${server.url}/s/${session.id}`);
  world.model.next(says('Your notes put it the same way: what is told to one person is kept [1].'));
  await page.getByRole('textbox', { name: 'Message' }).fill(SAID);
  await page.keyboard.press('Enter');
  await page.getByRole('button', { name: 'Source 1' }).click();
  await page.locator('#source-1').getByRole('link', { name: /^Open/ }).click();
  await expect.poll(() => page.getByRole('main').innerText()).toContain('What is told to one person is kept.');
  expect(new URL(page.url()).search).toBe(`?open=${document.id}&passage=0`);

  await page.goto(`${server.url}/s/${session.id}`);
  await page.getByRole('button', { name: 'Session menu' }).click();
  await page.getByRole('menuitem', { name: 'Report…' }).click();
  const dialog = page.getByRole('dialog', { name: 'New report' });
  await dialog.getByRole('radio', { name: 'Everything' }).check();
  await dialog.getByRole('textbox', { name: /What should it look at/ }).fill('the writing block');
  await dialog.getByRole('checkbox', { name: 'planning-workshop.md' }).check();
  await screenshot(page, 'report-dialog');
  expect(await axe(page)).toEqual([]);

  const gate = createGate();
  world.model.next(
    slowly(['IN BRIEF\n', 'You told Marta first [1]. ', 'The writing block held ', 'on Tuesday [1].\n'], gate),
  );
  await dialog.getByRole('button', { name: 'Write the report' }).click();
  await page.getByText('Writing…').waitFor();
  gate.release(3);
  await page.getByText('Writing “In brief”…').waitFor();
  gate.releaseAll();

  const report = page.getByRole('article', { name: /^Report/ });
  await report.getByRole('heading', { name: 'Sources' }).waitFor();
  await report.getByText('What it rests on').waitFor();
  await expect.poll(() => report.innerText()).toContain('You told Marta first');
  expect(await axe(page)).toEqual([]);
  await screenshot(page, 'report-desktop-light');

  for (const [size, theme] of [
    ['phone', 'dark'],
    ['narrow', 'light'],
  ] as const) {
    const other = await visit(`${server.url}/s/${session.id}`, { size, theme });
    await other
      .getByRole('article', { name: /^Report/ })
      .getByRole('heading', { name: 'Sources' })
      .waitFor();
    await screenshot(other, `report-${size}-${theme}`);
    expect(await axe(other)).toEqual([]);
    expect(await sidewaysPixels(other)).toBe(0);
    await other.context().close();
  }

  await report.getByRole('button', { name: 'Print' }).click();
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  const sheet = page.locator('body > article');
  expect(await page.locator('#root').isVisible()).toBe(false);
  const printed = await sheet.innerText();
  expect(printed).toContain('You told Marta first');
  expect(printed).toMatch(/Sources\n+\d+\n+You, .*\n+I told Marta first, and the writing block held on Tuesday\./);
  expect(printed).not.toContain('Open');
  await page.setViewportSize({ width: 794, height: 1123 });
  await screenshot(page, 'report-printed');
  expect(await sheet.evaluate((element) => getComputedStyle(element).color)).toBe('rgb(0, 0, 0)');
  expect((await page.pdf({ preferCSSPageSize: true })).length).toBeGreaterThan(10_000);
  await expect.poll(() => sheet.count()).toBe(0);

  // The browser's own command prints the report that is on the screen.
  await page.emulateMedia({ media: 'screen' });
  await report.getByRole('heading', { name: 'In brief' }).scrollIntoViewIfNeeded();
  await page.evaluate(() => dispatchEvent(new Event('beforeprint')));
  expect(await sheet.count()).toBe(1);
  await page.evaluate(() => dispatchEvent(new Event('afterprint')));
  await expect.poll(() => sheet.count()).toBe(0);
}, 60_000);

test('a report that failed says why, and is asked for again', async ({ visit }) => {
  const world = await createWorld();
  const server = await world.start();
  const { session } = await server.viewer.turn(SAID);
  world.model.next(disconnectsAfter('IN BRIEF\nYou told Marta '));
  const { report } = await server.viewer.report({ sessionId: session.id, wait: true });
  expect(report.status).toBe('FAILED');
  const page = await visit(`${server.url}/s/${session.id}`);
  await page
    .getByRole('heading', { name: /^Report/ })
    .first()
    .waitFor();
  await screenshot(page, 'report-failed');
  expect(await axe(page)).toEqual([]);
  await page.getByText('The model did not answer').waitFor();
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByRole('dialog', { name: 'New report' }).waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe('Try again');
});
