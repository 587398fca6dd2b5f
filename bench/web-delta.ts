// A delta in the web app: what one costs the page of a session of 2,000 messages, all of them loaded, and of one of 100.
//
// Both pages are open in one Chromium and take turns; each question begins a reply of as many deltas at the same rate. The
// time is that of the page's main thread, as the browser counts it: script, style and layout, paint and whatever else.
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, CDPSession, Page } from 'playwright-core';
import { launchChromium } from '../test/web/support/chromium.ts';
import { PER_SECOND, write } from './replies.ts';
import { compared, type Part } from './report.ts';
import { seed } from './seed.ts';
import { type Endpoint, inFolder, startEndpoint, startServer } from './server.ts';
import { inTurn } from './statistics.ts';

interface Opened {
  page: Page;
  cdp: CDPSession;
}

/** Seconds that the main thread has worked, by what for. */
interface Worked {
  all: number;
  script: number;
  layout: number;
}

export async function webDelta(quick: boolean): Promise<Part> {
  const [few, many] = quick ? [20, 100] : [100, 2_000];
  const [rounds, deltas] = quick ? [2, 50] : [7, 200];
  return inFolder(async (folder) => {
    const url = `sqlite:${path.join(folder, 'web-delta.db')}`;
    const sizes = [few, many].map((messages) => ({ messages, model: 'paced', longTermMemory: false }));
    const [short = '', long = ''] = await seed(url, sizes, quick ? 20 : 200);
    const endpoint = await startEndpoint();
    const server = await startServer(url, endpoint);
    const browser = await launchChromium();
    const pages = {
      short: await open(browser, `${server.url}/s/${short}`, few),
      long: await open(browser, `${server.url}/s/${long}`, many),
    };
    for (const opened of Object.values(pages)) await costOf(opened, endpoint, deltas);
    const pairs = await inTurn(rounds, async () => ({
      short: await costOf(pages.short, endpoint, deltas),
      long: await costOf(pages.long, endpoint, deltas),
    }));
    await browser.close();
    await Promise.all([server.stop(), endpoint.stop()]);
    const row = (what: string, of: keyof Worked, atMost: number | null) =>
      compared(`${what}, ${many.toLocaleString('en')} messages against ${few}`, {
        ours: pairs.map(({ long: worked }) => worked[of]),
        yardstick: pairs.map(({ short: worked }) => worked[of]),
        unit: 'ms',
        atMost,
      });
    return {
      title: 'A delta in the web app',
      rows: [
        row('main thread', 'all', 2),
        row('of it script', 'script', null),
        row('of it style and layout', 'layout', null),
      ],
      remarks: [
        `${deltas} deltas at ${PER_SECOND} a second, with whatever else the page does meanwhile; all messages are loaded.`,
      ],
    };
  });
}

/** With all its messages on the page. */
async function open(browser: Browser, url: string, messages: number): Promise<Opened> {
  const page = await (await browser.newContext({ viewport: { width: 1280, height: 800 } })).newPage();
  await page.goto(url);
  await page.locator('article').first().waitFor();
  while ((await page.locator('article').count()) < messages) {
    await page.evaluate("document.querySelector('[data-earlier]')?.click()");
    await delay(50);
  }
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('Performance.enable');
  return { page, cdp };
}

/** Milliseconds of the main thread for a delta of one more reply. */
async function costOf({ page, cdp }: Opened, endpoint: Endpoint, deltas: number): Promise<Worked> {
  await page.bringToFront();
  const known = await page.locator('[data-body]').count();
  await page.locator('textarea').fill('Go on.');
  await page.locator('textarea').press('Enter');
  await page.getByRole('button', { name: 'Stop' }).waitFor();
  await delay(500);
  const before = await workedIn(cdp);
  await write(endpoint, deltas);
  const after = await workedIn(cdp);
  endpoint.finish();
  await page.getByRole('button', { name: 'Send', exact: true }).waitFor();
  if ((await page.locator('[data-body]').count()) <= known) throw new Error('Nothing was written.');
  const each = (of: keyof Worked) => ((after[of] - before[of]) * 1000) / deltas;
  return { all: each('all'), script: each('script'), layout: each('layout') };
}

async function workedIn(cdp: CDPSession): Promise<Worked> {
  const { metrics } = await cdp.send('Performance.getMetrics');
  const of = (name: string) => metrics.find((metric) => metric.name === name)?.value ?? Number.NaN;
  return {
    all: of('TaskDuration'),
    script: of('ScriptDuration'),
    layout: of('LayoutDuration') + of('RecalcStyleDuration'),
  };
}
