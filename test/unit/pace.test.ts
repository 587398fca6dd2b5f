import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stepAt } from '../../src/users/pace.ts';

const MINUTE = 60_000;

/** What becomes of turns that are asked for at these times, in this order. */
function play(times: readonly number[], perMinute: number) {
  let begunAt: number[] = [];
  const begun: number[] = [];
  const refused: { at: number; waitMs: number; state: number[] }[] = [];
  for (const at of times) {
    const step = stepAt(begunAt, perMinute, at);
    if ('waitMs' in step) refused.push({ at, waitMs: step.waitMs, state: begunAt });
    else {
      begunAt = step.begunAt;
      begun.push(at);
    }
  }
  return { begun, refused, begunAt };
}

const perMinute = fc.integer({ min: 1, max: 8 });
const times = fc
  .array(fc.integer({ min: 0, max: 400_000 }), { maxLength: 60 })
  .map((all) => all.toSorted((a, b) => a - b));

test('no span of a minute holds more turns than are allowed, and each that is refused would be one too many', () => {
  fc.assert(
    fc.property(times, perMinute, (asked, most) => {
      const { begun, refused } = play(asked, most);
      const inMinuteTo = (end: number) => begun.filter((at) => at <= end && at > end - MINUTE).length;
      for (const end of begun) expect(inMinuteTo(end)).toBeLessThanOrEqual(most);
      for (const { at } of refused) expect(inMinuteTo(at)).toBe(most);
    }),
  );
});

test('what is refused may begin after exactly the time that was told, and not before', () => {
  fc.assert(
    fc.property(times, perMinute, (asked, most) => {
      for (const { at, waitMs, state } of play(asked, most).refused) {
        expect(waitMs).toBeGreaterThan(0);
        expect(stepAt(state, most, at + waitMs)).toHaveProperty('begunAt');
        expect(stepAt(state, most, at + waitMs - 1)).toEqual({ waitMs: 1 });
      }
    }),
  );
});

test('no more is kept than the limit looks back at, in order, whatever the clocks say', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 200_000 }), { maxLength: 60 }), perMinute, (asked, most) => {
      const { begunAt } = play(asked, most);
      expect(begunAt.length).toBeLessThanOrEqual(most);
      expect(begunAt).toEqual(begunAt.toSorted((a, b) => a - b));
    }),
  );
});
