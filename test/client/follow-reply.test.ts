import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type FollowOptions, followReply, type Reply, type ReplyEvent, type Subscribe } from '../../client/index.ts';
import { connections, hostile, text } from './hostile-connections.ts';

const statuses = fc.constantFrom('COMPLETE' as const, 'CANCELLED' as const, 'FAILED' as const);
const atOnce = async () => {};

/** Follows, and notes all that was seen of it. */
async function follow(given: Partial<FollowOptions> & { subscribe: Subscribe }) {
  const seen: Reply[] = [];
  const { signal } = new AbortController();
  const defaults = { messageId: 'm', signal, wait: atOnce, onChange: (reply: Reply) => seen.push(reply) };
  const end = await followReply({ ...defaults, ...given });
  return { end, seen };
}

const delta = (offset: number, piece: string): ReplyEvent => ({
  __typename: 'ReplyDelta',
  messageId: 'm',
  offset,
  text: piece,
});
const completed = (content: string): ReplyEvent => ({
  __typename: 'ReplyCompleted',
  message: { id: 'm', status: 'COMPLETE', content },
});

/** Connections that say this, one after the other, and then stay silent until they are left. */
function says(...plans: (ReplyEvent | Error)[][]) {
  const offsets: number[] = [];
  let open = 0;
  const subscribe: Subscribe = async function* (_messageId, fromOffset, signal) {
    const plan = plans[offsets.push(fromOffset) - 1];
    open += 1;
    try {
      for (const event of plan ?? []) {
        if (event instanceof Error) throw event;
        yield event;
      }
      if (!plan) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    } finally {
      open -= 1;
    }
  };
  return { subscribe, offsets, open: () => open };
}

test('whatever connections do, the text only grows, is always the beginning of the whole, and is the whole at the end', async () => {
  await fc.assert(
    fc.asyncProperty(text, connections, statuses, fc.nat(), async (whole, planned, status, held) => {
      const server = hostile(whole, planned, status);
      const begun = whole.slice(0, held % (whole.length + 1));
      const { end, seen } = await follow({ subscribe: server.subscribe, text: begun });

      expect(end).toEqual({
        ...{ messageId: 'm', text: whole, phase: 'ended' },
        message: { id: 'm', status, content: whole },
      });
      expect(seen.at(-1)).toBe(end);
      expect(seen.filter(({ phase }) => phase === 'ended')).toHaveLength(1);
      let before = begun;
      for (const reply of seen) {
        expect(whole.startsWith(reply.text) && reply.text.startsWith(before)).toBe(true);
        before = reply.text;
      }
      expect(server.most).toBe(1);
    }),
    { numRuns: 1000 },
  );
});

test('it asks again for what it does not hold', async () => {
  const server = says(
    [delta(0, 'Breathe ')],
    [delta(8, 'in '), new Error('cut')],
    [delta(20, 'lost')],
    [completed('Breathe in slowly.')],
  );
  const { end, seen } = await follow({ subscribe: server.subscribe });
  expect(server.offsets).toEqual([0, 8, 11, 11]);
  expect(end?.text).toBe('Breathe in slowly.');
  expect(seen.map(({ phase, text }) => `${phase}: ${text}`)).toEqual([
    'streaming: Breathe ',
    'reconnecting: Breathe ',
    'streaming: Breathe in ',
    'reconnecting: Breathe in ',
    'ended: Breathe in slowly.',
  ]);
});

test('a reply that had ended needs one connection', async () => {
  const server = says([delta(0, 'Breathe.'), completed('Breathe.')]);
  expect((await follow({ subscribe: server.subscribe })).end).toMatchObject({ text: 'Breathe.', phase: 'ended' });
  expect(server.offsets).toEqual([0]);
});

test('what is stored replaces what was read, where a crash of the server lost the last of it', async () => {
  const message = { id: 'm', status: 'FAILED', content: 'Breathe', error: null } as const;
  const server = says([delta(0, 'Breathe in '), new Error('cut')], [{ __typename: 'ReplyFailed', message }]);
  expect((await follow({ subscribe: server.subscribe })).end).toEqual({
    ...{ messageId: 'm', text: 'Breathe', phase: 'ended', message },
  });
});

test('the end of another reply is not the end of this one', async () => {
  const foreign: ReplyEvent = {
    __typename: 'ReplyCompleted',
    message: { id: 'x', status: 'COMPLETE', content: 'No.' },
  };
  const server = says([foreign, delta(0, 'Yes.'), completed('Yes.')]);
  expect((await follow({ subscribe: server.subscribe })).end?.text).toBe('Yes.');
});

test('it waits longer from one fruitless connection to the next, and begins anew once text comes', async () => {
  const cut = new Error('cut');
  const server = says([cut], [cut], [delta(0, 'a'), cut], [delta(0, 'a'), cut], [delta(1, ''), cut], [completed('a')]);
  const attempts: number[] = [];
  await follow({ subscribe: server.subscribe, wait: async (attempt) => void attempts.push(attempt) });
  // A connection that repeats what is held came to nothing either.
  expect(attempts).toEqual([0, 1, 0, 1, 2]);
});

test.each([
  ['an error', Object.assign(new Error('No such message.'), { extensions: { code: 'NOT_FOUND' } })],
  ['an error with errors', Object.assign(new Error(), { errors: [{ extensions: { code: 'BAD_USER_INPUT' } }] })],
])('%s that says that there is nothing to follow ends it', async (_name, error) => {
  const server = says([error]);
  await expect(follow({ subscribe: server.subscribe })).rejects.toBe(error);
  expect(server.offsets).toEqual([0]);
});

test('errors of any other kind do not', async () => {
  const limit = Object.assign(new Error(), { extensions: { code: 'LIMIT_EXCEEDED' } });
  const server = says([limit], [new Error('closed')], [completed('Yes.')]);
  expect((await follow({ subscribe: server.subscribe })).end?.text).toBe('Yes.');
});

test('what is thrown where it is told is not taken for a broken connection', async () => {
  const server = says([delta(0, 'Breathe.')], [completed('Breathe.')]);
  const bug = new Error('a bug');
  const onChange = () => {
    throw bug;
  };
  await expect(follow({ subscribe: server.subscribe, onChange })).rejects.toBe(bug);
  expect([server.offsets, server.open()]).toEqual([[0], 0]);
});

test('leaving it ends the connection, and nothing is heard of it any more', async () => {
  const server = says([delta(0, 'Breathe '), new Error('cut')]);
  const left = new AbortController();
  const seen: Reply[] = [];
  const following = follow({ subscribe: server.subscribe, signal: left.signal, onChange: (reply) => seen.push(reply) });
  await expect.poll(() => server.open()).toBe(1);
  left.abort();
  expect((await following).end).toBeNull();
  expect(server.open()).toBe(0);
  expect(seen.at(-1)).toMatchObject({ phase: 'reconnecting', text: 'Breathe ' });
});

test('a connection that does not notice that it was left holds nobody up', async () => {
  const subscribe: Subscribe = async function* () {
    yield delta(0, 'Breathe ');
    await new Promise(() => {});
  };
  const left = new AbortController();
  const following = follow({ subscribe, signal: left.signal, onChange: () => left.abort() });
  expect((await following).end).toBeNull();
});

test('neither an end nor leaving leaves a listener behind', async () => {
  const left = new AbortController();
  const { signal } = left;
  const listeners = new Set<unknown>();
  const [add, remove] = [signal.addEventListener.bind(signal), signal.removeEventListener.bind(signal)];
  Object.assign(signal, {
    addEventListener: (type: string, listener: () => void, options?: object) => {
      listeners.add(listener);
      add(type, listener, options);
    },
    removeEventListener: (type: string, listener: () => void) => {
      listeners.delete(listener);
      remove(type, listener);
    },
  });
  const { subscribe } = says([delta(0, 'a'), new Error('cut')], [completed('a')], [new Error('cut')]);
  const options = { messageId: 'm', signal, subscribe, onChange: () => {} };
  expect((await followReply(options))?.phase).toBe('ended');
  expect(listeners.size).toBe(0);
  const waiting = followReply(options);
  await expect.poll(() => listeners.size).toBe(1);
  left.abort();
  expect(await waiting).toBeNull();
  expect(listeners.size).toBe(0);
});
