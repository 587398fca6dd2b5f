import { expect, onTestFinished, test, vi } from 'vitest';
import { ChatSessionChangedDocument } from '../../client/generated/hooks.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import { createWorld } from '../support/world.ts';
import { begunReply, connect, expectGrowth, read, whenStored } from './reading.ts';

// A machine may be busy, and a server takes its time to start.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 60_000 });

const portOf = (url: string) => Number(new URL(url).port);

test('a server that is killed in the middle of a reply and started again ends it as it stored it', async () => {
  const world = await createWorld();
  const first = await world.start();
  const { subscribe } = connect(first.url);
  const { reply } = await begunReply(world.model, first.viewer, ['Breathe', ' in', ' slowly.']);
  const reading = read(subscribe, reply.id);
  await reading.shows('Breathe');
  await whenStored(world, 'Breathe');
  await first.kill();
  await expect.poll(() => reading.seen.at(-1)?.phase).toBe('reconnecting');
  const second = await world.start({ PORT: String(portOf(first.url)) });
  const end = await reading.end;
  const stored = await second.viewer.message(reply.id);
  expect(end).toMatchObject({
    ...{ text: stored.content, phase: 'ended' },
    message: { status: 'FAILED', error: { code: 'INTERRUPTED', retryable: true } },
  });
  expect(stored.content).toBe('Breathe');
  expectGrowth(reading.seen);
});

test('a connection that breaks again and again costs no text, and the reply goes on meanwhile', async () => {
  const world = await createWorld();
  const server = await world.start();
  const proxy = await startTcpProxy({ port: portOf(server.url) });
  const { subscribe } = connect(`http://127.0.0.1:${proxy.port}`);
  const pieces = ['Breathe', ' in', ' and', ' out.'];
  const { reply, gate } = await begunReply(world.model, server.viewer, pieces);
  const reading = read(subscribe, reply.id);
  for (const [at] of pieces.entries()) {
    await reading.shows(pieces.slice(0, at + 1).join(''));
    proxy.cut();
    gate.release();
  }
  gate.releaseAll();
  expect(await reading.end).toMatchObject({ text: pieces.join(''), message: { status: 'COMPLETE' } });
  expectGrowth(reading.seen);
});

test('a subscription to a session goes on after a restart, from the state of then', async () => {
  const world = await createWorld();
  const first = await world.start();
  const { client, onReconnected } = connect(first.url);
  const { session } = await first.viewer.turn('I cannot sleep.');
  const titles: string[] = [];
  let reconnected = 0;
  onReconnected(() => {
    reconnected += 1;
  });
  const subscription = client
    .subscribe({ query: ChatSessionChangedDocument, variables: { id: session.id } })
    .subscribe({ next: ({ data }) => void titles.push(data?.chatSessionChanged.title ?? '') });
  onTestFinished(() => subscription.unsubscribe());
  await expect.poll(() => titles.length).toBeGreaterThan(0);
  expect(reconnected).toBe(0);
  await first.kill();
  const second = await world.start({ PORT: String(portOf(first.url)) });
  await second.viewer.updateSession({ id: session.id, title: 'Nights' });
  // It waits up to 15 s before it comes again.
  await expect.poll(() => titles.at(-1), { timeout: 40_000 }).toBe('Nights');
  expect(reconnected).toBe(1);
});
