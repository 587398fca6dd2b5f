import { readFileSync } from 'node:fs';
import { ApolloProvider } from '@apollo/client/react';
import { Window } from 'happy-dom';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Coach } from '../../client/example.tsx';
import { Transport } from '../../client/react/index.ts';
import { createGate, slowly } from '../support/model-answers.ts';
import { createWorld } from '../support/world.ts';
import { connect } from './reading.ts';

// A machine may be busy, and a server takes its time to start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

/** A page of a browser, over Node's own network. */
let page: Window;
beforeEach(() => {
  page = new Window();
  const { document, FormData } = page;
  const [requestAnimationFrame, cancelAnimationFrame] = [
    page.requestAnimationFrame.bind(page),
    page.cancelAnimationFrame.bind(page),
  ];
  for (const [name, value] of Object.entries({ document, FormData, requestAnimationFrame, cancelAnimationFrame }))
    vi.stubGlobal(name, value);
  vi.stubGlobal('window', page);
});
afterEach(async () => {
  await page.happyDOM.close();
  vi.unstubAllGlobals();
});

test('the page of the README shows a reply as it is written', async () => {
  // Loaded where there is a page, which it looks for.
  const { createRoot } = await import('react-dom/client');
  const gate = createGate();
  const world = await createWorld();
  const { url, viewer } = await world.start();
  world.model.next(slowly(['Breathe', ' in', ' slowly.'], gate));
  const { client, subscribe } = connect(url);
  const place = document.createElement('main');
  document.body.append(place);
  const root = createRoot(place);
  root.render(
    <ApolloProvider client={client}>
      <Transport value={subscribe}>
        <Coach />
      </Transport>
    </ApolloProvider>,
  );
  const shown = () => expect.poll(() => place.querySelector('p')?.textContent);
  await expect.poll(() => place.querySelector('input')).not.toBeNull();
  place.querySelector('input')?.setAttribute('value', 'I cannot sleep.');
  place.querySelector('button')?.click();
  gate.release();
  await shown().toBe('Breathe');
  gate.release();
  await shown().toBe('Breathe in');
  gate.releaseAll();
  await shown().toBe('Breathe in slowly.');
  await expect.poll(() => place.querySelector('p')?.getAttribute('aria-busy')).toBe('false');
  const [session] = (await viewer.sessions()).nodes;
  expect(await viewer.session(session.id, 'messages { nodes { content } }')).toEqual({
    messages: { nodes: [{ content: 'I cannot sleep.' }, { content: 'Breathe in slowly.' }] },
  });
  root.unmount();
  await expect.poll(() => place.textContent).toBe('');
});

test('the README shows the page that is tested here', () => {
  const [readme, example] = ['README.md', 'client/example.tsx'].map((file) => readFileSync(file, 'utf8'));
  expect(readme).toContain(`\`\`\`tsx\n${example}\`\`\``);
});
