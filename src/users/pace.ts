const WINDOW_MS = 60_000;

export type Step = { begunAt: number[] } | { waitMs: number };

/**
 * One more turn, where in no span of a minute more than `perMinute` begin.
 *
 * @param begunAt when the latest turns began, oldest first, in milliseconds
 * @returns the same with this turn, as far back as it matters; or how long it has to wait
 */
export function stepAt(begunAt: readonly number[], perMinute: number, now: number): Step {
  const recent = begunAt.filter((begun) => begun > now - WINDOW_MS);
  // The one that has to leave the window first: all that began after it fill the limit but for this turn.
  const before = recent.at(-perMinute);
  if (recent.length >= perMinute && before !== undefined) return { waitMs: before + WINDOW_MS - now };
  // By time, though the clocks of two processes may differ.
  return { begunAt: [...recent, now].sort((a, b) => a - b) };
}
