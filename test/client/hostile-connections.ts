import fc from 'fast-check';
import type { ReplyEvent, Subscribe } from '../../client/index.ts';

/** What a connection does next, at the text it has come to. */
type Deed =
  | { does: 'send' | 'overlap' | 'skip' | 'foreign'; length: number }
  | { does: 'repeat' | 'cut' | 'end' | 'stale' };

const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ does: fc.constant('send' as const), length: fc.integer({ min: 0, max: 25 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      does: fc.constantFrom('overlap' as const, 'skip' as const, 'foreign' as const),
      length: fc.integer({ min: 1, max: 25 }),
    }),
  },
  { weight: 5, arbitrary: fc.record({ does: fc.constantFrom('repeat' as const, 'cut' as const, 'end' as const) }) },
);

/** Connections that cut, repeat, overlap, skip, and end without a word; after these, one that is sound. */
export const connections = fc.array(fc.array(deed, { maxLength: 20 }), { maxLength: 12 });

/** Text with characters of one and of two units. */
export const text = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n', 'é', '😀', '👩‍🚀'), maxLength: 120 });

export interface Hostile {
  subscribe: Subscribe;
  /** How many connections there were. */
  opened: number;
  /** The most that were open at a time. */
  most: number;
}

/** A server that knows `text` and tells it as badly as it is told to, then well. */
export function hostile(text: string, planned: Deed[][], status: 'COMPLETE' | 'CANCELLED' | 'FAILED'): Hostile {
  let open = 0;
  const server: Hostile = { subscribe, opened: 0, most: 0 };

  async function* subscribe(messageId: string, fromOffset: number): AsyncGenerator<ReplyEvent> {
    const deeds = planned[server.opened];
    server.opened += 1;
    open += 1;
    server.most = Math.max(server.most, open);
    const delta = (from: number, to: number, of = messageId): ReplyEvent => {
      const offset = Math.min(Math.max(from, 0), text.length);
      return { __typename: 'ReplyDelta', messageId: of, offset, text: text.slice(offset, Math.max(to, offset)) };
    };
    let [from, to] = [fromOffset, fromOffset];
    try {
      for (const each of deeds ?? []) {
        if (each.does === 'cut') throw new Error('cut');
        if (each.does === 'end') return;
        if (each.does === 'repeat') yield delta(from, to);
        if (each.does === 'overlap') yield delta(to - each.length, to);
        if (each.does === 'skip') yield delta(to + each.length, to + 2 * each.length);
        if (each.does === 'foreign') yield delta(0, each.length, 'another');
        if (each.does === 'send') {
          [from, to] = [to, Math.min(to + each.length, text.length)];
          yield delta(from, to);
        }
      }
      if (deeds && to < text.length) return;
      yield delta(to, text.length);
      const __typename = { COMPLETE: 'ReplyCompleted', CANCELLED: 'ReplyCancelled', FAILED: 'ReplyFailed' } as const;
      yield { __typename: __typename[status], message: { id: messageId, status, content: text } };
    } finally {
      open -= 1;
    }
  }
  return server;
}
