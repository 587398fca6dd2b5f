// In place of the module that stores what running replies gained, for `memory-only.ts`.
import type { persistParts as real } from '../src/chat/replies/persist-parts.ts';

/** Says of every reply that it was stored, but names none whose readers elsewhere would have to be told. */
class Everybody extends Set<string> {
  override has(): boolean {
    return true;
  }
}

export const persistParts: typeof real = async () => new Everybody();
