import type { TurnMessage } from '../chat-model.ts';

/** The part of a variant that does not depend on the message: what precedes its {slot}. */
const fixedPart = (variant: string) => variant.split('{')[0] ?? variant;

/** The variant that the assistant used longest ago, or never, as far as `recent` shows; the first of equals. */
export function leastRecentlyUsed(variants: readonly [string, ...string[]], recent: readonly TurnMessage[]): string {
  const lastUse = (variant: string) =>
    recent.findLastIndex(({ role, text }) => role === 'ASSISTANT' && text.includes(fixedPart(variant)));
  return variants.reduce((best, variant) => (lastUse(variant) < lastUse(best) ? variant : best), variants[0]);
}
