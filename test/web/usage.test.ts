import Database from 'better-sqlite3';
import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import type { Data } from '../support/test-viewer.ts';
import { createWorld } from '../support/world.ts';
import { LOOKS, test } from './support/browser.ts';
import { looksGood } from './support/looks-good.ts';

const DAY_MS = 86_400_000;
const USAGE = `query($since: DateTime) { viewer { usage(since: $since) { sessions messages
  total { totalTokens } byPurpose { purpose usage { totalTokens } } byDay { date usage { inputTokens outputTokens totalTokens } } } } }`;

/** As if models had counted them on days before today. */
function book(
  file: string,
  entries: readonly { daysAgo: number; purpose: string; input: number; output: number }[],
): void {
  const database = new Database(file);
  const insert = database.prepare(
    'insert into usage_entry (id, user_id, purpose, model, input_tokens, output_tokens, created_at) values (?, ?, ?, ?, ?, ?, ?)',
  );
  for (const [at, { daysAgo, purpose, input, output }] of entries.entries()) {
    insert.run(`entry-${at}`, 'local', purpose, 'test-model', input, output, Date.now() - daysAgo * DAY_MS);
  }
  database.close();
}

const chat = (daysAgo: number, input: number, output: number) => ({ daysAgo, purpose: 'CHAT', input, output });

/** The rows of the table, its figures as numbers. */
async function tableOf(page: Page): Promise<{ name: string; figures: number[] }[]> {
  const table = page.locator('details');
  if (!(await table.evaluate((details: HTMLDetailsElement) => details.open)))
    await page.getByText('As a table').click();
  const rows = await table
    .locator('tbody tr')
    .evaluateAll((rows: HTMLTableRowElement[]) =>
      rows.map((row) => [...row.cells].map((cell) => cell.textContent ?? '')),
    );
  return rows.map(([name = '', ...figures]) => ({
    name,
    figures: figures.map((figure) => Number(figure.replaceAll(',', ''))),
  }));
}

/** How high the bars are, in pixels: read, then written. */
const barsOf = (page: Page): Promise<number[][]> =>
  page
    .locator('[role=slider] svg g')
    .evaluateAll((bars) =>
      bars.map((bar) => [...bar.querySelectorAll('rect')].map((rect) => rect.height.baseVal.value)),
    );

test('the figures, the bars and the table say what the server counted', async ({ visit }) => {
  const world = await createWorld();
  const { url, viewer } = await world.start({ TOKENS_PER_DAY: '100000', MESSAGES_PER_MINUTE: '30' });
  const { session } = await viewer.turn('My knee hurts.', { newSession: { title: 'Knee' } });
  // Nothing is counted any more from here on.
  await expect.poll(async () => (await viewer.session(session.id)).memory).toMatchObject({ indexed: 2, pending: 0 });
  book(world.file, [
    chat(2, 3000, 400),
    { daysAgo: 3, purpose: 'REPORT', input: 9000, output: 1000 },
    { daysAgo: 3, purpose: 'SUMMARY', input: 90, output: 10 },
    chat(20, 500, 50),
    chat(200, 7000, 700),
  ]);
  const page = await visit(`${url}/usage?period=7`);
  await page.getByRole('heading', { name: 'Tokens a day' }).waitFor();

  const since = new Date(Math.floor(Date.now() / DAY_MS) * DAY_MS - 6 * DAY_MS).toISOString();
  const { usage }: Data = (await viewer.query(USAGE, { since })).viewer;
  const figures = await page.locator('dl').innerText();
  for (const figure of [usage.total.totalTokens, usage.sessions, usage.messages]) {
    expect(figures).toContain(figure.toLocaleString('en-US'));
  }
  const rows = await tableOf(page);
  expect(rows.length).toBe(7);
  expect(rows[2]?.figures).toEqual([3000, 400, 3400]);
  expect(rows[4]?.figures).toEqual([0, 0, 0]);
  expect(rows.map(({ figures }) => figures[2]).filter(Boolean)).toEqual(
    usage.byDay.map((day: Data) => day.usage.totalTokens).toReversed(),
  );

  const bars = (await barsOf(page)).toReversed();
  const scale = (bars[3]?.[0] ?? 0) / 9090;
  for (const [at, { figures }] of rows.entries()) {
    expect(bars[at]?.[0]).toBeCloseTo((figures[0] ?? 0) * scale, 3);
    expect(bars[at]?.[1]).toBeCloseTo((figures[1] ?? 0) * scale, 3);
  }

  const slider = page.getByRole('slider');
  await slider.focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  expect(await slider.getAttribute('aria-valuetext')).toMatch(/: 3,400 tokens, 3,000 read, 400 written$/);
  await page.getByText(/: 3,400 tokens, 3,000 read, 400 written$/).waitFor();

  const purposes = await page.getByRole('region', { name: 'What for' }).innerText();
  expect(purposes).toMatch(/Reports\s+10,000/);
  expect(purposes).toMatch(/Summaries\s+100/);
  const { tokensLeftToday } = (await viewer.query('{ viewer { limits { tokensLeftToday } } }')).viewer.limits;
  const limits = page.getByRole('region', { name: 'Limits' });
  expect(await limits.innerText()).toContain(`${tokensLeftToday.toLocaleString('en-US')} of 100,000 tokens left today`);

  await page.getByText('30 days').click();
  await expect.poll(() => tableOf(page).then((all) => all.length)).toBe(30);
  await page.getByText('All', { exact: true }).click();
  await page.getByRole('heading', { name: 'Tokens a week' }).waitFor();
  const all: Data = (await viewer.query(USAGE)).viewer.usage;
  await expect
    .poll(() => tableOf(page).then((weeks) => weeks.reduce((sum, { figures }) => sum + (figures[2] ?? 0), 0)))
    .toBe(all.total.totalTokens);
});

test('usage is accessible in both themes, however wide', async ({ visit }) => {
  const world = await createWorld();
  const { url } = await world.start({ TOKENS_PER_DAY: '2000000' });
  const page = await visit(`${url}/usage`);
  await page.getByText('No model was asked for anything in this time.').waitFor();
  await looksGood(page, 'usage-nothing');
  book(
    world.file,
    Array.from({ length: 400 }, (_, at) =>
      chat(at, at % 6 === 0 ? 0 : 40_000 + ((at * 7919) % 90_000), 9000 + (at % 5) * 1000),
    ),
  );
  for (const { theme, size } of LOOKS) {
    const page = await visit(`${url}/usage`, { theme, size });
    await page.getByRole('slider').focus();
    await looksGood(page, `usage-${size}-${theme}`);
    await page.goto(`${url}/usage?period=all`);
    await page.getByText('As a table').click();
    await looksGood(page, `usage-all-${size}-${theme}`);
  }
});
