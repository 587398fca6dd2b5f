import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { axe } from './axe.ts';
import { screenshot, sidewaysPixels } from './browser.ts';

/** Takes a picture of a page as it is, for people, and sees that it is accessible and cannot be scrolled sideways. */
export async function looksGood(page: Page, name: string): Promise<void> {
  await screenshot(page, name);
  expect([name, await axe(page), await sidewaysPixels(page)]).toEqual([name, [], 0]);
}
