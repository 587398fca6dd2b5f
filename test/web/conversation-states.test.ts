import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { createGate, disconnectsAfter, refuses, says, slowly } from '../support/model-answers.ts';
import { createWorld } from '../support/world.ts';
import { EXTREMES, test } from './support/browser.ts';
import { field, LOST, messages, replies, say, settled } from './support/conversation.ts';
import { looksGood } from './support/looks-good.ts';

const MARKDOWN = `That guilt is worth a **closer look**. Two ways to hold both:

1. Ask once for the whole month
2. Ask *her* what she would like

> The cost of asking was smaller than the cost of not asking.

| Day | Block |
|---|---|
| Monday | nine to ten, with the door closed and the telephone in another room |

\`\`\`
a line of something that is far too long for any telephone to show without being scrolled sideways
\`\`\`

A [link](https://example.org/), and <b>no HTML</b>.`;

test.for(EXTREMES)('a conversation is accessible in every state: $theme, $size', async (look, { visit, tolerate }) => {
  tolerate(LOST);
  tolerate(/429/);
  const { theme, size } = look;
  const world = await createWorld();
  const server = await world.start();
  const page = await visit(server.url, look);
  const isWell = (state: string) => looksGood(page, `conversation-${state}-${size}-${theme}`);

  await page.getByText('test-model answers.').waitFor();
  await isWell('first');

  const gate = createGate();
  world.model.next(slowly([MARKDOWN.slice(0, 120), MARKDOWN.slice(120)], gate));
  await say(page, `How do I ask again without ${'a'.repeat(80)}?`);
  await page.getByText('Looking through what you said before').waitFor();
  await isWell('thinking');
  gate.release();
  await replies(page).first().waitFor();
  await field(page).fill('And one more thing.');
  await isWell('streaming');
  await page.getByRole('button', { name: 'Send when the reply has ended' }).click();
  await page.getByRole('button', { name: 'Remove' }).waitFor();
  await isWell('queued');
  await page.getByRole('button', { name: 'Remove' }).click();
  gate.releaseAll();
  await settled(page);
  await isWell('written');

  world.model.next(disconnectsAfter('It may be telling you that'));
  await say(page, 'Tell me.');
  await page.getByRole('button', { name: 'Keep as it is' }).waitFor();
  await isWell('failed');
  world.model.next(says('It is.'));
  await page.getByRole('button', { name: 'Try again' }).click();
  await page.getByText('Earlier version').click();
  await settled(page);
  await isWell('earlier-version');
  world.model.next(refuses());
  await say(page, 'Something bad.');
  await page.getByRole('button', { name: 'Edit and ask again' }).waitFor();
  await isWell('declined');

  await messages(page).first().hover();
  await page.getByRole('button', { name: 'Forget' }).first().click();
  const dialog = page.getByRole('dialog', { name: 'Forget this message' });
  await dialog.waitFor();
  await isWell('forget');
  await dialog.getByRole('button', { name: 'Forget' }).click();
  await page.getByText('Forgotten', { exact: true }).waitFor();
  await page.getByText('Not in long-term memory').first().waitFor({ state: 'attached' });

  await page.context().setOffline(true);
  await page.getByText('You are offline').waitFor();
  await isWell('offline');
  await page.context().setOffline(false);
  await server.kill();
  await say(page, 'Is anybody there?');
  await page.getByText('Not sent.').waitFor();
  await page.getByText('The server does not answer').waitFor();
  await isWell('away');
  const limited = await world.start({ PORT: new URL(server.url).port, MESSAGES_PER_MINUTE: '1' });
  await page.getByText('Not sent.').waitFor({ state: 'detached' });
  await settled(page);
  await say(page, 'Too soon.');
  await page.getByText('You have sent the messages of this minute').first().waitFor();
  expect(await field(page).inputValue()).toBe('Too soon.');
  await isWell('limited');
  await isMissing(page, limited.url);
  await isWell('missing');
});

async function isMissing(page: Page, url: string): Promise<void> {
  await page.goto(`${url}/s/01a21a53-5366-77e9-9e57-638062bb601a`);
  await page.getByText('This session does not exist, or is not yours.').waitFor();
}
