import type { Page } from 'playwright-core';
import { expect } from 'vitest';
import { createWorld } from '../support/world.ts';
import { test } from './support/browser.ts';

// A browser, a server and their tests may share a busy machine.
const STUDIO = 'https://studio.apollographql.com';

/** What is asked is what a page of Apollo Sandbox asks; the page itself is not theirs. */
test('a page of Apollo Studio asks and subscribes, once its visitor lets it reach this machine', async ({
  visit,
  tolerate,
}) => {
  // What Chromium says of a page that was not let yet, and of one that reaches for another origin, as this one must.
  tolerate(/has been blocked by CORS policy: Permission was denied|net::ERR_|WebSocket connection|to elsewhere/);
  const { url } = await (await createWorld()).start();
  const page = await visit(url);
  const html = { contentType: 'text/html', body: '<link rel="icon" href="data:,">' };
  await page.route(`${STUDIO}/**`, (route) => route.fulfill(html));
  await page.goto(`${STUDIO}/sandbox/explorer`);
  expect([await introspect(page, url), await shake(page, url)]).toEqual(['Failed to fetch', 'refused']);

  await page.context().grantPermissions(['local-network-access']);
  expect(await introspect(page, url)).toContain('{"data":{"__schema":{"queryType":{"name":"Query"}}}}');
  expect(await shake(page, url)).toBe('graphql-transport-ws');
});

const introspect = (page: Page, url: string): Promise<string> =>
  page.evaluate(async (server) => {
    const headers = { 'content-type': 'application/json', 'x-apollo-operation-name': 'IntrospectionQuery' };
    const body = JSON.stringify({ query: 'query IntrospectionQuery { __schema { queryType { name } } }' });
    const answered = fetch(`${server}/graphql`, { method: 'POST', headers, body });
    return answered.then((response) => response.text()).catch((error: Error) => error.message);
  }, url);

const shake = (page: Page, url: string): Promise<string> =>
  page.evaluate((server) => {
    const socket = new WebSocket(`${server.replace('http', 'ws')}/graphql`, 'graphql-transport-ws');
    return new Promise<string>((resolve) => {
      socket.onopen = () => resolve(socket.protocol);
      socket.onerror = () => resolve('refused');
    });
  }, url);
