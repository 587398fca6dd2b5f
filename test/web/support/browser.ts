import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { test as base, onTestFinished } from 'vitest';
import { launchChromium, NO_CHROMIUM } from './chromium.ts';
import { watchPages } from './watch-page.ts';

const SIZES = {
  desktop: { viewport: { width: 1280, height: 800 } },
  phone: { viewport: { width: 390, height: 844 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
  narrow: { viewport: { width: 320, height: 640 }, isMobile: true, hasTouch: true, deviceScaleFactor: 2 },
} satisfies Record<string, BrowserContextOptions>;

/** How somebody looks at a page. */
export interface Look {
  /** Default: `light`. */
  theme?: 'light' | 'dark';
  /** Default: `desktop`. */
  size?: keyof typeof SIZES;
  /** Whether things move. Default: no. */
  motion?: boolean;
}

/** Each a row of `test.each`: what every state should be looked at in. */
export const LOOKS: Required<Omit<Look, 'motion'>>[] = (['light', 'dark'] as const).flatMap((theme) =>
  (['desktop', 'phone', 'narrow'] as const).map((size) => ({ theme, size })),
);

/** Each theme, and each end of the widths, for states that take long to get to: what is well at both ends is well between. */
export const EXTREMES = LOOKS.filter(
  ({ theme, size }) => (theme === 'light' && size === 'desktop') || (theme === 'dark' && size === 'narrow'),
);

interface Fixtures {
  chromium(): Promise<Browser>;
  /** Goes to an address as a visitor whom nobody knows yet; `page.context().newPage()` is another tab of theirs. */
  visit(address: string, look?: Look): Promise<Page>;
  /** What of the page's complaints this test is about, as of a server that was killed. */
  tolerate(what: RegExp): void;
  complaints: { said: string[]; tolerated: RegExp[] };
}

/**
 * One Chromium for each file of tests. A test fails on errors and warnings in the console, errors that nobody caught, anything
 * against the content security policy, and requests to another origin than the one that was visited.
 */
export const test = base.extend<Fixtures>({
  chromium: [
    // biome-ignore lint/correctness/noEmptyPattern: the runner reads the names of what a fixture needs here
    async ({}, use) => {
      let browser: Promise<Browser> | undefined;
      await use(() => {
        browser ??= launchChromium();
        return browser;
      });
      await (await browser)?.close();
    },
    { scope: 'file' },
  ],
  complaints: async ({ skip }, use) => {
    if (NO_CHROMIUM) skip(NO_CHROMIUM);
    const complaints: Fixtures['complaints'] = { said: [], tolerated: [] };
    await use(complaints);
    const left = complaints.said.filter((said) => !complaints.tolerated.some((what) => what.test(said)));
    if (left.length > 0) throw new Error(`The page complained:\n${left.join('\n')}`);
  },
  tolerate: async ({ complaints }, use) => use((what) => void complaints.tolerated.push(what)),
  visit: async ({ complaints, chromium }, use) => {
    await use(async (address, { theme = 'light', size = 'desktop', motion = false } = {}) => {
      const reducedMotion = motion ? 'no-preference' : 'reduce';
      const context = await (await chromium()).newContext({ ...SIZES[size], colorScheme: theme, reducedMotion });
      // Before the server that was started earlier ends, which its pages would complain of.
      onTestFinished(() => context.close());
      await watchPages(context, new URL(address).origin, complaints.said);
      const page = await context.newPage();
      await page.goto(address);
      return page;
    });
  },
});

const project = fileURLToPath(new URL('../../..', import.meta.url));

/**
 * Writes `<name>.png` into the folder `pictures`, to be looked at.
 *
 * @param options `inReadme`: into docs/pictures too, where README_PICTURES is set
 */
export async function screenshot(page: Page, name: string, { inReadme = false } = {}): Promise<void> {
  const folders = inReadme && process.env.README_PICTURES ? ['pictures', 'docs/pictures'] : ['pictures'];
  for (const folder of folders) {
    mkdirSync(path.join(project, folder), { recursive: true });
    await page.screenshot({ path: path.join(project, folder, `${name}.png`), animations: 'disabled' });
  }
}

/** By how many pixels the page can be scrolled sideways, which nobody wants. */
export const sidewaysPixels = (page: Page): Promise<number> =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth);
