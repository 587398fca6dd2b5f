import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { ServerProcess } from '../support/server-process.ts';
import { createWorld } from '../support/world.ts';
import { LOOKS, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';

const NOTES = 'Closing the door worked.';

const clip = (page: Page) => page.getByRole('button', { name: 'Attach documents' });
const chips = (page: Page) => page.getByRole('list', { name: 'Documents of this session' });
const send = async (page: Page, text: string) => {
  await page.getByRole('textbox', { name: 'Message' }).fill(text);
  await page.getByRole('textbox', { name: 'Message' }).press('Enter');
};
const documentsOf = async ({ viewer }: ServerProcess, page: Page): Promise<string[]> => {
  const [, id = ''] = /\/s\/([^/?#]+)/.exec(page.url()) ?? [];
  const session = await viewer.session(id, 'documents { filename }');
  return session?.documents.map(({ filename }: { filename: string }) => filename) ?? [];
};

test('documents are chosen for a session before it begins, and linked and removed in it', async ({ visit }) => {
  const server = await (await createWorld()).start();
  await server.viewer.addDocument(NOTES, 'door.txt');
  await server.viewer.addDocument('Decide the no before the ask arrives.', 'no.txt');
  const page = await visit(server.url);
  await clip(page).click();
  await page.getByRole('checkbox', { name: 'door.txt' }).check();
  await page.keyboard.press('Escape');
  expect(await clip(page).evaluate((button) => button === document.activeElement)).toBe(true);
  await chips(page).getByText('door.txt').waitFor();
  await page.reload();
  await chips(page).getByText('door.txt').waitFor();

  await send(page, 'What worked?');
  await page.waitForURL(/\/s\//);
  await expect.poll(() => documentsOf(server, page)).toEqual(['door.txt']);
  await chips(page).getByText('door.txt').waitFor();

  await clip(page).click();
  await page.getByRole('checkbox', { name: 'no.txt' }).click();
  await expect.poll(() => documentsOf(server, page).then((names) => names.toSorted())).toEqual(['door.txt', 'no.txt']);
  await page.keyboard.press('Escape');
  await page.getByRole('button', { name: 'Remove door.txt from this session' }).click();
  await expect.poll(() => documentsOf(server, page)).toEqual(['no.txt']);
  await expect.poll(() => chips(page).innerText()).not.toContain('door.txt');

  await page.getByRole('link', { name: 'New session' }).click();
  await page.getByText('What is on your mind?').waitFor();
  expect(await chips(page).count()).toBe(0);
});

test('a file that is chosen, dropped or pasted in a session is linked to it', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const { session } = await server.viewer.turn('Hello.');
  const page = await visit(`${server.url}/s/${session.id}`);
  await clip(page).waitFor();
  await page.getByLabel('Files for this session').setInputFiles({
    ...{ name: 'door.txt', mimeType: 'text/plain', buffer: Buffer.from(NOTES) },
  });
  await expect.poll(() => documentsOf(server, page)).toEqual(['door.txt']);

  const dataTransfer = await page.evaluateHandle(() => {
    const transfer = new DataTransfer();
    transfer.items.add(new File(['Decide the no before the ask arrives.'], 'no.txt'));
    return transfer;
  });
  await page.dispatchEvent('body', 'dragover', { dataTransfer });
  await page.getByText('Drop to add to this session').waitFor();
  await page.dispatchEvent('body', 'drop', { dataTransfer });
  await expect.poll(() => chips(page).innerText()).toContain('no.txt');

  await page.getByRole('textbox', { name: 'Message' }).evaluate((field) => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(['Telling Marta first.'], 'marta.txt'));
    field.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));
  });
  await expect
    .poll(() => documentsOf(server, page).then((names) => names.toSorted()))
    .toEqual(['door.txt', 'marta.txt', 'no.txt']);
});

test('a document is talked about in a session of its own', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const { id } = await server.viewer.addDocument(NOTES, 'door.txt');
  await expect.poll(async () => (await server.viewer.document(id)).status).toBe('READY');
  const page = await visit(`${server.url}/documents?open=${id}`);
  await page.getByRole('button', { name: 'Talk about it' }).click();
  await chips(page).getByText('door.txt').waitFor();
  await send(page, 'What worked?');
  await page.waitForURL(/\/s\//);
  await expect.poll(() => documentsOf(server, page)).toEqual(['door.txt']);
});

test('the paper clip is accessible in both themes, however wide', async ({ visit }) => {
  const server = await (await createWorld()).start();
  await server.viewer.addDocument(NOTES, 'door.txt');
  await server.viewer.upload(`${'Averylongnamewithoutanyspace'.repeat(6)}.pdf`, '%PDF-1.4 this is none');
  for (const { theme, size } of LOOKS) {
    const page = await visit(server.url, { theme, size });
    await clip(page).click();
    await page.getByRole('checkbox', { name: 'door.txt' }).check();
    await page.getByRole('checkbox', { name: /^Avery/ }).check();
    await looksGood(page, `clip-${size}-${theme}`);
    await page.keyboard.press('Escape');
    await chips(page).getByText('Could not be read').waitFor();
    await looksGood(page, `chips-${size}-${theme}`);
  }
});
