import { expect } from 'vitest';
import { signToken } from '../../src/users/sign-token.ts';
import { SECRET } from '../support/app.ts';
import { createTestViewer } from '../support/test-viewer.ts';
import { createWorld } from '../support/world.ts';
import { axe } from './support/axe.ts';
import { screenshot, sidewaysPixels, test } from './support/browser.ts';

const tokenFor = (viewerId: string, seconds = 600) =>
  signToken({ kind: 'secret', secret: SECRET, issuer: null, audience: null }, viewerId, seconds);

async function startWithLogin() {
  const server = await (await createWorld()).start({ AUTH_JWT_SECRET: SECRET });
  const viewer = async (id: string) => createTestViewer({ id, url: server.url, token: await tokenFor(id) });
  return { url: server.url, viewer };
}

const REFUSED = /401 \(Unauthorized\)|WebSocket/;

test('a token in the address signs in, and is gone from it', async ({ visit }) => {
  const { url, viewer } = await startWithLogin();
  await (await viewer('alice')).createSession({ title: 'Of Alice' });
  const page = await visit(`${url}/#token=${await tokenFor('alice')}`);
  await page.getByRole('link', { name: 'Of Alice' }).waitFor();
  expect(page.url()).toBe(`${url}/`);
  await page.reload();
  await page.getByRole('link', { name: 'Of Alice' }).waitFor();
});

test('a token is asked for over the page, and a wrong one is told apart', async ({ visit, tolerate }) => {
  tolerate(REFUSED);
  const { url, viewer } = await startWithLogin();
  await (await viewer('alice')).createSession({ title: 'Of Alice' });
  const page = await visit(url);
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByLabel('Token').fill('not.a.token');
  await page.keyboard.press('Enter');
  await dialog.getByText('The server does not accept this token.').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('You are signed out.').waitFor();
  expect(await axe(page)).toEqual([]);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await dialog.getByLabel('Token').fill(await tokenFor('alice'));
  await page.keyboard.press('Enter');
  await page.getByRole('link', { name: 'Of Alice' }).waitFor();
  expect(await dialog.count()).toBe(0);
});

test('a token that expires while one writes is renewed over the text, and what was sent goes on', async ({
  visit,
  tolerate,
}) => {
  tolerate(REFUSED);
  const { url, viewer } = await startWithLogin();
  const alice = await viewer('alice');
  const session = await alice.createSession({ title: 'Of Alice' });
  const page = await visit(`${url}/s/${session.id}#token=${await tokenFor('alice', 4)}`);
  const message = page.getByRole('textbox', { name: 'Message' });
  await message.fill('What I was about to say.');
  // The server closes the socket as the token ends.
  const dialog = page.getByRole('dialog', { name: 'Sign in' });
  await dialog.getByText('The server no longer accepts the token of alice').waitFor();
  await screenshot(page, 'signed-out-in-the-middle');
  expect(await message.inputValue()).toBe('What I was about to say.');
  await dialog.getByLabel('Token').fill(await tokenFor('alice'));
  await page.keyboard.press('Enter');
  await dialog.waitFor({ state: 'detached' });
  await message.press('Enter');
  await expect.poll(async () => (await alice.messages(session.id)).nodes[0]?.content).toBe('What I was about to say.');
  await page.getByRole('main').getByText('I hear you.').waitFor();
});

test('nothing of a viewer survives another one, or signing out, in any tab', async ({ visit, tolerate }) => {
  tolerate(REFUSED);
  const { url, viewer } = await startWithLogin();
  await (await viewer('alice')).createSession({ title: 'Of Alice' });
  await (await viewer('bob')).createSession({ title: 'Of Bob' });
  const page = await visit(`${url}/#token=${await tokenFor('alice')}`);
  await page.getByRole('link', { name: 'Of Alice' }).waitFor();
  const tab = await page.context().newPage();
  await tab.goto(`${url}/settings`);
  await tab.getByRole('link', { name: 'Of Alice' }).waitFor();
  await page.evaluate(() => localStorage.setItem('draft:new', 'written by Alice'));

  page.once('dialog', (question) => void question.accept());
  await page.goto(`${url}/#token=${await tokenFor('bob')}`);
  await page.getByRole('link', { name: 'Of Bob' }).waitFor();
  await tab.getByRole('link', { name: 'Of Bob' }).waitFor();
  for (const each of [page, tab]) expect(await each.getByText('Of Alice').count()).toBe(0);
  expect(await page.evaluate(() => localStorage.getItem('draft:new'))).toBe(null);

  await tab.goto(`${url}/settings`);
  await tab.getByText('As bob.').waitFor();
  await tab.getByRole('button', { name: 'Sign out' }).click();
  for (const each of [page, tab]) {
    await each.getByRole('dialog', { name: 'Sign in' }).waitFor();
    expect(await each.getByText('Of Bob').count()).toBe(0);
  }
});

test('a link that would sign in somebody else is refused where one says no', async ({ visit }) => {
  const { url, viewer } = await startWithLogin();
  await (await viewer('alice')).createSession({ title: 'Of Alice' });
  const page = await visit(`${url}/#token=${await tokenFor('alice')}`);
  page.once('dialog', (question) => void question.dismiss());
  await page.goto(`${url}/settings#token=${await tokenFor('mallory')}`);
  await page.getByText('As alice.').waitFor();
});

test('the export of a server with login is saved with the token', async ({ visit }) => {
  const { url, viewer } = await startWithLogin();
  await (await viewer('alice')).createSession({ title: 'Of Alice' });
  const page = await visit(`${url}/settings#token=${await tokenFor('alice')}`);
  const saved = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Export' }).click();
  expect((await saved).suggestedFilename()).toMatch(/jsonl$/);
});

test.for([
  { theme: 'light', size: 'desktop' },
  { theme: 'dark', size: 'narrow' },
] as const)('signing in is accessible: $theme, $size', async ({ theme, size }, { visit, tolerate }) => {
  tolerate(REFUSED);
  const { url } = await startWithLogin();
  const page = await visit(url, { theme, size });
  await page.getByRole('dialog', { name: 'Sign in' }).waitFor();
  await screenshot(page, `sign-in-${size}-${theme}`);
  expect(await axe(page)).toEqual([]);
  expect(await sidewaysPixels(page)).toBe(0);
});
