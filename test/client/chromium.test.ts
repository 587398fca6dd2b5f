import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest';
import { createWorld } from '../support/world.ts';
import { launchChromium, NO_CHROMIUM } from '../web/support/chromium.ts';
import { begunReply, whenStored } from './reading.ts';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });
// It waits up to 15 s before it comes again.
const PATIENCE = { timeout: 40_000 };

/** A page that follows a reply, and keeps what it saw of it as `seen`. */
const PAGE = (project: string) => `
  import { createTransport } from '${project}/client/apollo/index.ts';
  import { followReply } from '${project}/client/index.ts';
  window.seen = [];
  window.follow = (ws, messageId) => {
    const { subscribe } = createTransport({ ws, sse: location.origin + '/graphql/stream' });
    const { signal } = new AbortController();
    followReply({ subscribe, messageId, signal, onChange: (reply) => window.seen.push(reply) });
  };
`;

describe.skipIf(NO_CHROMIUM)('in a real browser', () => {
  let browser: Browser;
  let script = '';

  beforeAll(async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'carryover-page-'));
    const entry = path.join(folder, 'page.js');
    writeFileSync(entry, PAGE(fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '')));
    const built = await build({
      ...{ root: folder, configFile: false, logLevel: 'silent' },
      define: { 'process.env.NODE_ENV': '"production"' },
      build: { write: false, lib: { entry, formats: ['iife'], name: 'page' } },
    });
    const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
    script = outputs.map((each) => ('code' in each ? each.code : '')).join('');
    rmSync(folder, { recursive: true });
    browser = await launchChromium();
  });
  afterAll(() => browser?.close());

  async function visit(url: string): Promise<Page> {
    const page = await browser.newPage();
    onTestFinished(() => page.close());
    await page.goto(`${url}/healthz`);
    await page.evaluate(script);
    return page;
  }

  const follow = (page: Page, ws: string, id: string) => page.evaluate(`window.follow('${ws}', '${id}')`);
  const lastSeen = (page: Page) => page.evaluate('window.seen.at(-1)');

  test.each([
    ['a socket', true],
    ['events over HTTP, where sockets do not open', false],
  ])('a reply is followed over %s, through a restart of the server', async (_name, hasSockets) => {
    const world = await createWorld();
    const first = await world.start();
    const ws = hasSockets ? `${first.url.replace('http', 'ws')}/graphql` : 'ws://127.0.0.1:9/graphql';
    const page = await visit(first.url);
    const { reply } = await begunReply(world.model, first.viewer, ['Breathe', ' in.']);
    await follow(page, ws, reply.id);
    await expect.poll(() => lastSeen(page)).toMatchObject({ text: 'Breathe', phase: 'streaming' });
    await whenStored(world, 'Breathe');
    await first.kill();
    await expect.poll(() => lastSeen(page), PATIENCE).toMatchObject({ text: 'Breathe', phase: 'reconnecting' });
    await world.start({ PORT: new URL(first.url).port });
    await expect
      .poll(() => lastSeen(page))
      .toMatchObject({
        ...{ text: 'Breathe', phase: 'ended' },
        message: { status: 'FAILED', error: { code: 'INTERRUPTED' } },
      });
  });
});
