import { expect } from 'vitest';
import { createGate, says, slowly } from '../support/model-answers.ts';
import { createWorld } from '../support/world.ts';
import { test } from './support/browser.ts';
import { field, LOST, messages, replies, say, sessionIdOf, settled } from './support/conversation.ts';

test('a browser that stores nothing shows the page, and one writes and sends as elsewhere', async ({ visit }) => {
  const world = await createWorld();
  world.model.next(says('It may be the screen.'));
  const { url } = await world.start();
  const page = await visit(url);
  await page.addInitScript(() => {
    for (const name of ['localStorage', 'sessionStorage']) {
      Object.defineProperty(window, name, {
        get() {
          throw new DOMException('The operation is insecure.', 'SecurityError');
        },
      });
    }
  });
  await page.reload();
  await say(page, 'I cannot sleep.');
  await expect.poll(() => replies(page).allInnerTexts()).toEqual(['It may be the screen.']);
  await field(page).fill('Half a thought');
  await page.getByRole('link', { name: 'Settings' }).click();
  await page.getByRole('radio', { name: 'Dark' }).check();
  await page.goBack();
  expect(await field(page).inputValue()).toBe('Half a thought');
});

test('what was done elsewhere while the server was away is there when it is back', async ({ visit, tolerate }) => {
  tolerate(LOST);
  const world = await createWorld();
  const server = await world.start();
  const { session } = await server.viewer.turn('I cannot sleep.');
  const page = await visit(`${server.url}/s/${session.id}`);
  await messages(page).first().waitFor();
  await server.kill();
  await page.getByText('The server does not answer').waitFor();

  const elsewhere = await world.start();
  await elsewhere.viewer.turn('Nor eat.', { sessionId: session.id });
  await elsewhere.viewer.createSession({ title: 'Begun elsewhere' });
  await elsewhere.kill();
  await world.start({ PORT: new URL(server.url).port });
  await expect.poll(() => messages(page).count()).toBe(4);
  await page.getByRole('navigation', { name: 'Sessions' }).getByText('Begun elsewhere').waitFor();
});

test('two tabs that write at once while replies run send each message once', async ({ visit }) => {
  const world = await createWorld();
  const server = await world.start();
  const page = await visit(server.url);
  const other = await page.context().newPage();
  await other.goto(server.url);
  const gates = [createGate(), createGate()];
  for (const [at, tab] of [page, other].entries()) {
    const gate = gates[at] ?? createGate();
    world.model.next(slowly(['One thing ', 'after another.'], gate));
    await say(tab, 'Tell me.');
    gate.release();
    await expect.poll(() => replies(tab).allInnerTexts()).toEqual(['One thing']);
  }

  await Promise.all([say(page, 'And here?'), say(other, 'And there?')]);
  for (const gate of gates) gate.releaseAll();
  for (const [tab, said] of [
    [page, 'And here?'],
    [other, 'And there?'],
  ] as const) {
    await expect.poll(() => messages(tab).count()).toBe(4);
    await settled(tab);
    const { nodes } = await server.viewer.messages(sessionIdOf(tab));
    expect(nodes).toMatchObject([
      { content: 'Tell me.' },
      { role: 'ASSISTANT' },
      { content: said },
      { role: 'ASSISTANT' },
    ]);
  }
});
