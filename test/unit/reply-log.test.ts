import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ReplyLog } from '../../src/chat/replies/reply-log.ts';
import { TextFilter } from '../../src/chat/replies/text-filter.ts';
import type { ReplyEnd, ReplyEvent } from '../../src/chat/reply-event.type.ts';

const ID = 'reply';
const delta = (offset: number, text: string) => ({ __typename: 'ReplyDelta', messageId: ID, offset, text });
const nowhere = async function* (): AsyncGenerator<ReplyEvent, void, undefined> {};
const forever = () => new AbortController().signal;

/** Its message is not looked at. */
const completed = { __typename: 'ReplyCompleted' } as ReplyEnd;

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of from) all.push(value);
  return all;
}

/** Whole characters, as a filter gives them. */
function written(...texts: string[]): ReplyLog {
  const log = new ReplyLog(ID);
  for (const text of texts) log.append(text);
  return log;
}

describe('a reader', () => {
  test('gets what there is at once, what follows as it comes, then the end', async () => {
    const log = written('Breathe ');
    const reader = log.read(0, nowhere);
    expect(await reader.next()).toEqual({ done: false, value: delta(0, 'Breathe ') });
    const next = reader.next();
    log.append('slowly.');
    expect(await next).toEqual({ done: false, value: delta(8, 'slowly.') });
    const last = reader.next();
    log.end(completed);
    expect(await last).toEqual({ done: false, value: completed });
    expect(await reader.next()).toEqual({ done: true, value: undefined });
  });

  test('that is slow gets longer deltas, and the same text', async () => {
    const log = written('a');
    const reader = log.read(0, nowhere);
    await reader.next();
    for (const text of ['b', 'c', 'd']) log.append(text);
    log.end(completed);
    expect(await collect(reader)).toEqual([delta(1, 'bcd'), completed]);
  });

  test('that comes after the end gets all of it', async () => {
    const log = written('ab', 'c');
    log.end(completed);
    expect(await collect(log.read(1, nowhere))).toEqual([delta(1, 'bc'), completed]);
  });

  test('that asks for the middle of a character gets the character', async () => {
    const log = written('a😀', 'b');
    log.end(completed);
    expect(await collect(log.read(2, nowhere))).toEqual([delta(1, '😀b'), completed]);
    expect(await collect(log.read(3, nowhere))).toEqual([delta(3, 'b'), completed]);
  });

  test('that is ahead of the text waits for it', async () => {
    const log = written('ab');
    const first = log.read(4, nowhere).next();
    log.append('cd');
    log.append('ef');
    expect((await first).value).toEqual(delta(4, 'ef'));
  });

  test('that is ahead of all there will ever be gets the end alone', async () => {
    const log = written('ab');
    const events = collect(log.read(400, nowhere));
    log.append('cd');
    log.end(completed);
    expect(await events).toEqual([completed]);
  });

  test('that leaves while it waits is not waited for, and no longer counted', async () => {
    const log = written();
    const reader = log.read(0, nowhere);
    const next = reader.next();
    await reader.return();
    expect(await next).toEqual({ done: true, value: undefined });
    await log.withoutReaders(forever());
  });

  test('that left does not end the others', async () => {
    const log = written('ab');
    const [one, other] = [log.read(0, nowhere), log.read(0, nowhere)];
    await Promise.all([one.next(), other.next()]);
    const next = other.next();
    await one.return();
    log.append('c');
    expect((await next).value).toEqual(delta(2, 'c'));
    await other.return();
    await log.withoutReaders(forever());
  });

  test('of a reply that was abandoned here reads on elsewhere from where it is', async () => {
    const log = written('ab');
    const asked: number[] = [];
    const reader = log.read(1, async function* (offset) {
      asked.push(offset);
      yield { __typename: 'ReplyDelta', messageId: ID, offset, text: 'c' };
      yield completed;
    });
    const events = collect(reader);
    log.abandon();
    expect(await events).toEqual([delta(1, 'b'), delta(2, 'c'), completed]);
    expect(asked).toEqual([2]);
  });
});

test('a reply ends once', async () => {
  const log = written('a');
  log.end(completed);
  log.abandon();
  expect(() => log.append('b')).toThrow();
  expect(await collect(log.read(0, nowhere))).toEqual([delta(0, 'a'), completed]);
});

test('patience with readers can end', async () => {
  const log = written('a');
  const reader = log.read(0, nowhere);
  await reader.next();
  await log.withoutReaders(AbortSignal.timeout(1));
  await reader.return();
});

const piece = fc.oneof(
  fc.constantFrom('😀', '\uD83D', '\uDE00', '\0', '[1]', ' [9]', '[1, 9]', '[12', ' ', 'é', '[', ']', '1'),
  fc.string({ maxLength: 6 }),
);

/** What readers do, in any order with what the model writes. */
const step = fc.oneof(
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('write' as const), text: piece }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('join' as const), offset: fc.nat({ max: 30 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('breathe' as const) }) },
);

test('whatever is written, cut and asked for: what a reader has put together is the stored text from its offset', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const log = new ReplyLog(ID);
      const filter = new TextFilter([1]);
      const readers: { offset: number; events: Promise<ReplyEvent[]> }[] = [];
      for (const each of steps) {
        if (each.kind === 'write') log.append(filter.push(each.text));
        else if (each.kind === 'join') readers.push({ ...each, events: collect(log.read(each.offset, nowhere)) });
        else await Promise.resolve();
      }
      log.append(filter.end());
      log.end(completed);
      for (const { offset, events } of readers) {
        const all = await events;
        expect(all.pop()).toBe(completed);
        const deltas = all.map((event) => (event.__typename === 'ReplyDelta' ? event : null));
        expect(deltas.filter((event) => !event?.text.isWellFormed())).toEqual([]);
        const [first] = deltas;
        const isPair = /[\uD800-\uDBFF]/.test(log.text.charAt(offset - 1)) && offset < log.text.length;
        const from = isPair ? offset - 1 : offset;
        if (first) expect(first.offset).toBe(from);
        let end = from;
        for (const event of deltas) {
          expect(event?.offset).toBe(end);
          end += event?.text.length ?? 0;
        }
        expect(deltas.map((event) => event?.text).join('')).toBe(log.text.slice(from));
      }
      await log.withoutReaders(forever());
    }),
    { numRuns: 500 },
  );
});
