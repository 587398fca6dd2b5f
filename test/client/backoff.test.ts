import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { backoff } from '../../client/backoff.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('the wait grows with each attempt, is never the same for all, and never longer than 15 s', async () => {
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: 2000 }), async (attempt) => {
      let isOver = false;
      const waiting = backoff(attempt, new AbortController().signal).then(() => {
        isOver = true;
      });
      await vi.advanceTimersByTimeAsync(Math.min(500 * 2 ** attempt, 15_000));
      expect(isOver).toBe(true);
      await waiting;
    }),
  );
  const random = vi.spyOn(Math, 'random').mockReturnValue(0.5);
  const waits = [0, 1, 2, 10].map((attempt) => {
    void backoff(attempt, new AbortController().signal);
    const before = Date.now();
    vi.advanceTimersToNextTimer();
    return Date.now() - before;
  });
  random.mockRestore();
  expect(waits).toEqual([250, 500, 1000, 7500]);
});

test('leaving ends it at once and leaves no timer', async () => {
  const left = new AbortController();
  const waiting = backoff(5, left.signal);
  expect(vi.getTimerCount()).toBe(1);
  left.abort();
  await waiting;
  expect(vi.getTimerCount()).toBe(0);
  await backoff(5, left.signal);
});

test('being online again ends it at once', async () => {
  const browser = new EventTarget();
  vi.stubGlobal('addEventListener', browser.addEventListener.bind(browser));
  vi.stubGlobal('removeEventListener', browser.removeEventListener.bind(browser));
  const waiting = backoff(5, new AbortController().signal);
  browser.dispatchEvent(new Event('online'));
  await waiting;
  vi.unstubAllGlobals();
  expect(vi.getTimerCount()).toBe(0);
});
