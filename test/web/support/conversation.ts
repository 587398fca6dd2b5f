import type { Locator, Page } from 'playwright-core';

/** What a restart of the server, or a network that is away, makes the browser print. */
export const LOST = /Failed to load resource|WebSocket connection to|ERR_/;

/** Writes a message into the field and sends it, by the key where there is one for it. */
export async function say(page: Page, text: string): Promise<void> {
  await field(page).fill(text);
  if (!(await page.evaluate(() => matchMedia('(hover: none)').matches))) return field(page).press('Enter');
  // The button takes no press for a moment after it was that to stop; and where the text came back, it takes none at all.
  do await sendButton(page).click();
  while ((await field(page).inputValue()) === text && (await sendButton(page).isEnabled()));
}

export const field = (page: Page): Locator => page.getByRole('textbox', { name: 'Message' });

/** What the coach wrote, reply by reply, without those that are folded away. */
export const replies = (page: Page): Locator => page.locator('article [data-body]');

/** The messages of the thread, as one reads them: who, and what. */
export const messages = (page: Page): Locator => page.locator('article');

export const stopButton = (page: Page): Locator => page.getByRole('button', { name: 'Stop', exact: true });

/** Settles when nothing is being written. */
export const settled = (page: Page): Promise<void> => sendButton(page).waitFor();

const sendButton = (page: Page): Locator => page.getByRole('button', { name: 'Send', exact: true });

/** How far below the top of the window each message begins, in CSS pixels. */
export const topOf = (message: Locator): Promise<number> =>
  message.evaluate((element) => Math.round(element.getBoundingClientRect().top * 10) / 10);

export const sessionIdOf = (page: Page): string => /\/s\/([\w-]+)/.exec(page.url())?.[1] ?? '';
