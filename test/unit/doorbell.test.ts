import { getEventListeners } from 'node:events';
import { expect, test } from 'vitest';
import { Doorbell } from '../../src/doorbell.ts';

const stays = () => new AbortController().signal;
/** Longer than any test. */
const LONG_MS = 600_000;

test('a ring wakes all who wait for that id, and nobody else', async () => {
  const bell = new Doorbell();
  const left = new AbortController();
  const woken = [bell.next('a', stays(), LONG_MS), bell.next('a', stays(), LONG_MS)];
  const other = bell.next('b', left.signal, LONG_MS);
  bell.ring('a');
  await Promise.all(woken);
  expect(bell.waiting).toBe(1);
  left.abort();
  await other;
  expect(bell.waiting).toBe(0);
});

test('a ring that nobody waits for is lost', async () => {
  const bell = new Doorbell();
  bell.ring('a');
  const left = new AbortController();
  const next = bell.next('a', left.signal, LONG_MS);
  expect(bell.waiting).toBe(1);
  left.abort();
  await next;
});

test('who waits again while the bell rings waits for the next ring', async () => {
  const bell = new Doorbell();
  const first = bell.next('a', stays(), LONG_MS);
  bell.ring('a');
  const second = bell.next('a', stays(), LONG_MS);
  await first;
  expect(bell.waiting).toBe(1);
  bell.ring('a');
  await second;
  expect(bell.waiting).toBe(0);
});

test('who has left already does not wait', async () => {
  const bell = new Doorbell();
  await bell.next('a', AbortSignal.abort(), LONG_MS);
  expect(bell.waiting).toBe(0);
});

test('without a ring the wait ends all the same', async () => {
  const bell = new Doorbell();
  await bell.next('a', stays(), 1);
  expect(bell.waiting).toBe(0);
});

test('however it ends, no listener stays with the reader', async () => {
  const bell = new Doorbell();
  const { signal } = new AbortController();
  for (let round = 0; round < 20; round += 1) {
    const next = bell.next('a', signal, LONG_MS);
    bell.ring('a');
    await next;
    await bell.next('a', signal, 1);
  }
  expect(getEventListeners(signal, 'abort')).toHaveLength(0);
  expect(bell.waiting).toBe(0);
});
