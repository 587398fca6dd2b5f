import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { pdfFile } from '../support/files.ts';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { LOOKS, screenshot, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';

const NOTES = 'Closing the door worked.\n\nTelling Marta first was what made Tuesday possible.';
/** Of 120 passages and more. */
const HANDBOOK = Array.from(
  { length: 120 },
  (_, at) =>
    `Chapter ${at + 1} says: ${'decide the no before the ask arrives, and write it down where others see it. '.repeat(4)}`,
).join('\n\n');

const textFile = (name: string, text: string) => ({ name, mimeType: 'text/plain', buffer: Buffer.from(text) });
const choose = (page: Page, ...files: ReturnType<typeof textFile>[]) =>
  page.getByLabel('Files to upload').setInputFiles(files);
const row = (page: Page, name: string) =>
  page.getByRole('list', { name: 'Documents', exact: true }).getByRole('listitem').filter({ hasText: name });

/** @returns what sets how fast files leave the browser, in bytes a second; -1: as fast as they can */
async function networkOf(page: Page): Promise<(uploadThroughput: number) => Promise<unknown>> {
  const network = await page.context().newCDPSession(page);
  await network.send('Network.enable');
  return (uploadThroughput) =>
    network.send('Network.emulateNetworkConditions', {
      ...{ offline: false, latency: 0, downloadThroughput: -1, uploadThroughput },
    });
}

/** @returns what a screen reader has been given to read since */
async function listen(page: Page): Promise<() => Promise<string[]>> {
  const heard: string[] = [];
  await page.exposeFunction('hear', (text: string) => heard.push(text));
  await page.evaluate(() => {
    const hear: unknown = Reflect.get(window, 'hear');
    for (const region of document.querySelectorAll('[role=status].sr')) {
      const observer = new MutationObserver(() => typeof hear === 'function' && hear(region.textContent));
      observer.observe(region, { childList: true, characterData: true, subtree: true });
    }
  });
  return async () => heard;
}

/** As if files were dragged in from the desktop. */
async function drag(page: Page, event: 'dragover' | 'drop', name: string, text: string): Promise<void> {
  const dataTransfer = await page.evaluateHandle(
    ([name, text]) => {
      const transfer = new DataTransfer();
      transfer.items.add(new File([text], name));
      return transfer;
    },
    [name, text] as const,
  );
  await page.dispatchEvent('body', event, { dataTransfer });
}

test('a file is sent while its reader moves on, says how far it is, and is read', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const page = await visit(`${server.url}/documents`);
  await page.getByText('Give your coach something to read').waitFor();
  const heard = await listen(page);
  const uploadAt = await networkOf(page);
  const progress = page.getByRole('progressbar', { name: 'Uploading handbook.md' });

  await uploadAt(10_000);
  await choose(page, textFile('handbook.md', HANDBOOK.repeat(5)));
  await expect.poll(() => progress.getAttribute('value').then(Number)).toBeGreaterThan(0);
  await screenshot(page, 'documents-uploading');
  await page.getByRole('link', { name: 'Memory' }).click();
  await page.getByRole('heading', { name: 'Memory', level: 1 }).waitFor();
  await page.getByRole('link', { name: 'Documents' }).click();
  await progress.waitFor();
  await uploadAt(200_000);

  await expect.poll(() => row(page, 'handbook.md').innerText()).toContain('600 passages');
  expect(await progress.count()).toBe(0);
  expect(await heard()).toEqual(['Uploading handbook.md.', 'Half of it is uploaded.', 'handbook.md is uploaded.']);
});

test('files that are dropped anywhere are taken, and one that was there says so', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const page = await visit(`${server.url}/usage`);
  await page.getByRole('heading', { name: 'Usage', level: 1 }).waitFor();

  await drag(page, 'dragover', 'notes.txt', NOTES);
  await page.getByText('Drop to add to your documents').waitFor();
  await screenshot(page, 'documents-drop');
  await drag(page, 'drop', 'notes.txt', NOTES);
  await expect.poll(() => row(page, 'notes.txt').innerText()).toContain('1 passage');
  expect(new URL(page.url()).pathname).toBe('/documents');
  expect(await page.getByText('Drop to add').count()).toBe(0);

  await drag(page, 'drop', 'the same under another name.txt', NOTES);
  await expect.poll(() => row(page, 'another name').innerText()).toContain('You had this file already.');
  await page.getByRole('button', { name: 'Dismiss the same under another name.txt' }).click();
  await expect.poll(() => page.getByRole('list', { name: 'Documents', exact: true }).innerText()).toMatch(/^notes.txt/);
  const { nodes } = (await server.viewer.query('{ documents { nodes { filename } } }')).documents;
  expect(nodes).toEqual([{ filename: 'notes.txt' }]);
});

test('what cannot be taken or read says why, file by file', async ({ visit, tolerate }) => {
  tolerate(/status of (413|415)/);
  const server = await (await createWorld()).start({ MAX_DOCUMENT_MB: '1' });
  const page = await visit(`${server.url}/documents`);
  const damaged = Buffer.from(pdfFile([['A page of which half is lost.']]).subarray(0, 300));
  await choose(
    page,
    { name: 'damaged.pdf', mimeType: 'application/pdf', buffer: damaged },
    textFile('large.txt', 'word '.repeat(500_000)),
    { name: 'picture.png', mimeType: 'image/png', buffer: Buffer.from([137, 80, 78, 71, 13, 10, 26, 10, 0, 0]) },
    textFile('good.txt', NOTES),
  );

  await expect.poll(() => row(page, 'good.txt').innerText()).toContain('1 passage');
  await expect.poll(() => row(page, 'damaged.pdf').innerText()).toMatch(/Could not be read[\s\S]*damaged/);
  await expect.poll(() => row(page, 'large.txt').innerText()).toMatch(/Was not uploaded[\s\S]*larger than 1 MB/);
  await expect.poll(() => row(page, 'picture.png').innerText()).toMatch(/Was not uploaded[\s\S]*none of PDF, DOCX/);
  expect(await row(page, 'large.txt').getByRole('button', { name: 'Try again' }).count()).toBe(0);
  expect(await axe(page)).toEqual([]);
  await screenshot(page, 'documents-refused');
});

test('an upload is cancelled, and one that broke off is sent again', async ({ visit, tolerate }) => {
  tolerate(/ERR_INTERNET_DISCONNECTED|ERR_FAILED/);
  const server = await (await createWorld()).start();
  const page = await visit(`${server.url}/documents`);
  const uploadAt = await networkOf(page);
  await uploadAt(5000);
  await choose(page, textFile('not meant.txt', HANDBOOK));
  await page.getByRole('progressbar').waitFor();
  await page.getByRole('button', { name: 'Cancel not meant.txt' }).click();
  await page.getByText('Give your coach something to read').waitFor();
  await uploadAt(-1);

  await page.context().setOffline(true);
  await choose(page, textFile('notes.txt', NOTES));
  await expect.poll(() => row(page, 'notes.txt').innerText()).toContain('The connection to the server broke.');
  await page.context().setOffline(false);
  await row(page, 'notes.txt').getByRole('button', { name: 'Try again' }).click();
  await expect.poll(() => row(page, 'notes.txt').innerText()).toContain('1 passage');
  const { nodes } = (await server.viewer.query('{ documents { nodes { filename } } }')).documents;
  expect(nodes).toEqual([{ filename: 'notes.txt' }]);
});

test('a search leads to a passage where it stands in a long document', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const page = await visit(`${server.url}/documents`);
  await choose(page, textFile('handbook.md', HANDBOOK.replace('Chapter 97 says', 'Chapter 97 on trombones says')));
  await expect.poll(() => row(page, 'handbook.md').innerText()).toContain('passages');

  await page.getByRole('searchbox', { name: 'Search in all documents' }).fill('trombones');
  await page.keyboard.press('Enter');
  const hit = page.getByRole('link', { name: /handbook.md passage \d+.*trombones/ });
  const [, number] = /passage (\d+)/.exec(await hit.innerText()) ?? [];
  await hit.click();

  const mark = page.locator('mark');
  await expect.poll(() => mark.innerText()).toContain('Chapter 97 on trombones');
  expect(new URL(page.url()).searchParams.get('passage')).toBe(String(Number(number) - 1));
  await expect.poll(() => isInView(page)).toBe(true);
  expect(await page.getByText('Chapter 1 says').count()).toBe(0);
  await page.getByRole('button', { name: 'Show earlier passages' }).click();
  await page.getByText('Chapter 50 says').waitFor();

  await page.goBack();
  await page.getByRole('link', { name: /trombones/ }).waitFor();
});

/** Whether the marked passage is seen. */
const isInView = (page: Page): Promise<boolean> =>
  page.locator('mark').evaluate((mark) => {
    const { top, bottom } = mark.getBoundingClientRect();
    return top > 56 && bottom < innerHeight;
  });

test('a document is deleted after a question, and no undo is promised', async ({ visit }) => {
  const server = await (await createWorld()).start();
  await server.viewer.addDocument(NOTES, 'notes.txt');
  const page = await visit(`${server.url}/documents`);
  await expect.poll(() => row(page, 'notes.txt').innerText()).toContain('1 passage');

  const more = page.getByRole('button', { name: 'More for notes.txt' });
  await more.click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  const question = page.getByRole('dialog', { name: 'Delete notes.txt?' });
  expect(await question.innerText()).toContain('cannot be undone');
  expect(await axe(page)).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await expect.poll(() => row(page, 'notes.txt').count()).toBe(1);

  await more.click();
  await page.getByRole('menuitem', { name: 'Delete…' }).click();
  await question.getByRole('button', { name: 'Delete' }).click();
  await page.getByText('Give your coach something to read').waitFor();
  expect((await server.viewer.query('{ documents { nodes { id } } }')).documents.nodes).toEqual([]);
});

test('a text is added by pasting it', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const page = await visit(`${server.url}/documents`);
  await page.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('menuitem', { name: 'Paste a text…' }).click();
  const dialog = page.getByRole('dialog', { name: 'Paste a text' });
  await dialog.getByLabel('Name').fill('Workshop');
  await dialog.getByLabel('Text', { exact: true }).fill(NOTES);
  await dialog.getByRole('button', { name: 'Add' }).click();
  await page.getByRole('link', { name: 'Workshop' }).click();
  await expect.poll(() => page.getByRole('region', { name: 'Workshop' }).innerText()).toContain('Telling Marta first');
});

test('documents are accessible in both themes, however wide', async ({ visit }) => {
  const server = await (await createWorld()).start();
  const { viewer } = server;
  await viewer.upload('handbook.md', HANDBOOK);
  await viewer.upload('damaged.pdf', '%PDF-1.4 this is none');
  await viewer.upload(`${'Averylongnamewithoutanyspace'.repeat(6)}.txt`, NOTES);
  const list = await viewer.query('{ documents { nodes { id filename } } }');
  const { id } = list.documents.nodes.find(({ filename }: { filename: string }) => filename === 'handbook.md');
  for (const { theme, size } of LOOKS) {
    const page = await visit(`${server.url}/documents`, { theme, size });
    await expect.poll(() => row(page, 'handbook.md').innerText()).toContain('passages');
    await expect.poll(() => row(page, 'damaged.pdf').innerText()).toContain('damaged');
    await looksGood(page, `documents-${size}-${theme}`);
    await page.goto(`${server.url}/documents?find=door`);
    await page.getByRole('link', { name: /Closing the door/ }).waitFor();
    await looksGood(page, `documents-found-${size}-${theme}`);
    await page.goto(`${server.url}/documents?open=${id}&passage=60`);
    await page.locator('mark').waitFor();
    await looksGood(page, `document-${size}-${theme}`);
  }
});
