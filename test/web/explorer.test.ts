import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { explorerTabs } from '../../src/http/explorer-tabs.ts';
import { signToken } from '../../src/users/sign-token.ts';
import { createGate, slowly } from '../support/model-answers.ts';
import { createWorld } from '../support/world.ts';
import { screenshot, test } from './support/browser.ts';

// A browser, a server and their tests may share a busy machine.
const AUTH_JWT_SECRET = 'a secret that only the tests know, and it is long';

const results = (page: Page) => page.getByRole('region', { name: 'Result Window' });
/** As it stands there; Monaco writes its spaces as such that do not break. */
const resultOf = async (page: Page) => (await results(page).innerText()).replaceAll('\u00a0', ' ');
/** Presses play; again where the explorer did not notice yet which operation its tab holds. */
async function run(page: Page, expected: string): Promise<string> {
  await press(page, /^Execute query/);
  const shown = async () => {
    const result = await resultOf(page);
    if (result.includes('Cannot infer operation')) await press(page, /^Execute query/);
    return result;
  };
  await expect.poll(shown).toContain(expected);
  return resultOf(page);
}

const press = (page: Page, name: RegExp) => page.getByRole('button', { name }).click();
const openTab = (page: Page, name: string) => page.getByRole('tab').getByRole('button', { name, exact: true }).click();
const idOf = (result: string, of: string) => new RegExp(`"${of}": \\{\\s+"id": "([^"]+)"`).exec(result)?.[1] ?? '';

/** As somebody pastes it: what is typed the editor completes. */
async function fill(page: Page, editor: string, value: object): Promise<void> {
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.getByRole('region', { name: editor }).getByRole('textbox').focus();
  await page.evaluate((text) => navigator.clipboard.writeText(text), JSON.stringify(value));
  await page.keyboard.press('ControlOrMeta+A');
  await page.keyboard.press('ControlOrMeta+V');
}

for (const theme of ['light', 'dark'] as const) {
  test(`a conversation is held from tab to tab, its reply followed as it is written (${theme})`, async ({ visit }) => {
    const world = await createWorld();
    const gate = createGate();
    world.model.next(slowly(['Close the laptop ', 'at ten.'], gate));
    const { url } = await world.start();
    const page = await visit(`${url}/graphql`, { theme });

    await expect.poll(() => page.getByRole('tab').allInnerTexts()).toHaveLength(explorerTabs.length);
    const sent = await run(page, '"status": "PENDING"');
    await openTab(page, 'FollowReply');
    await fill(page, 'Variables', { replyId: idOf(sent, 'reply') });
    gate.release();
    expect(await run(page, '"text": "Close the laptop')).not.toContain('COMPLETE');
    gate.release(2);
    await expect.poll(() => resultOf(page)).toContain('"content": "Close the laptop at ten."');
    await screenshot(page, `explorer-${theme}`, { inReadme: theme === 'light' });

    await openTab(page, 'GoOn');
    await fill(page, 'Variables', { sessionId: idOf(sent, 'session'), content: 'And then?', key: 'one' });
    const reply = await run(page, '"status": "COMPLETE"');
    await openTab(page, 'WhyThisReply');
    await fill(page, 'Variables', { replyId: idOf(reply, 'reply') });
    await run(page, '"kind": "INSTRUCTIONS"');
    await screenshot(page, `explorer-why-${theme}`);
  });
}

test('with a login the token is given once, in the headers, serves every tab and subscription, and is not kept', async ({
  visit,
  tolerate,
}) => {
  // What it is answered until it has the token.
  tolerate(/401 \(Unauthorized\)/);
  const world = await createWorld();
  const { url } = await world.start({ AUTH_JWT_SECRET, INTROSPECTION: 'on' });
  const page = await visit(`${url}/graphql`);
  const auth = { kind: 'secret', secret: AUTH_JWT_SECRET, issuer: null, audience: null } as const;
  const authorization = `Bearer ${await signToken(auth, 'alice', 600)}`;

  await fill(page, 'Headers', { authorization });
  const sent = await run(page, '"status": "PENDING"');
  await openTab(page, 'FollowReply');
  await press(page, /^Variables$/);
  await fill(page, 'Variables', { replyId: idOf(sent, 'reply') });
  await run(page, '"status": "COMPLETE"');
  await press(page, /^Show Documentation Explorer$/);
  await expect.poll(() => page.getByRole('link', { name: 'Mutation', exact: true }).count()).toBe(1);
  await screenshot(page, 'explorer-login');
  expect(await page.evaluate(() => JSON.stringify({ ...localStorage }))).not.toContain(authorization);
});

test('it opens as it was left', async ({ visit }) => {
  const { url } = await (await createWorld()).start();
  const page = await visit(`${url}/graphql`);
  const tabs = () => page.getByRole('tab').allInnerTexts();
  await expect.poll(tabs).toHaveLength(explorerTabs.length);
  await page.reload();
  await expect.poll(tabs).toHaveLength(explorerTabs.length);

  await openTab(page, 'Sessions');
  await run(page, '"chatSessions"');
  const kept = () => page.evaluate(() => JSON.parse(localStorage.getItem('graphiql:tabState') ?? '{}').activeTabIndex);
  await expect.poll(kept).toBe(5);
  await page.reload();
  await expect.poll(tabs).toHaveLength(explorerTabs.length);
  expect(await page.getByRole('tab', { selected: true }).innerText()).toBe('Sessions');
});
