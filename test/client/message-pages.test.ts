import { gql } from '@apollo/client';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createCache } from '../../client/apollo/index.ts';

const SESSION = gql`
  query Session($id: ID!, $first: Int, $after: String, $last: Int, $before: String) {
    chatSession(id: $id) {
      id
      messages(first: $first, after: $after, last: $last, before: $before) {
        nodes { id seq cursor }
        pageInfo { hasPreviousPage startCursor hasNextPage endCursor }
        totalCount
      }
    }
  }
`;
const EDGES = gql`
  query Session($id: ID!, $last: Int) {
    chatSession(id: $id) {
      id
      messages(last: $last) { edges { cursor node { id seq } } pageInfo { hasNextPage } }
    }
  }
`;
const COUNT = gql`query Count($id: ID!) { chatSession(id: $id) { id messageCount } }`;

interface Asked {
  first?: number;
  last?: number;
  after?: string;
  before?: string;
}

/** A session of the server's, and a client's cache of it. */
function conversation(length: number) {
  const cache = createCache();
  const server = { length };
  const node = (seq: number) => ({ __typename: 'ChatMessage', id: `m${seq}`, seq, cursor: `c${seq}` });

  /** As the server answers: at most so many from the end that is asked for, in order. */
  function pageOf({ first, last, after, before }: Asked): number[] {
    const all = Array.from({ length: server.length }, (_, index) => index + 1);
    const between = all.filter((seq) => seq > placeOf(after, 0) && seq < placeOf(before, Number.POSITIVE_INFINITY));
    return first === undefined ? between.slice(-(last ?? 50)) : between.slice(0, first);
  }

  function fetch(asked: Asked): void {
    const seqs = pageOf(asked);
    const [from, to] = [seqs[0], seqs.at(-1)];
    const messages = {
      __typename: 'ChatMessageConnection',
      nodes: seqs.map(node),
      pageInfo: {
        __typename: 'PageInfo',
        hasPreviousPage: from === undefined ? server.length > 0 : from > 1,
        hasNextPage: to === undefined ? false : to < server.length,
        startCursor: from ? `c${from}` : null,
        endCursor: to ? `c${to}` : null,
      },
      totalCount: server.length,
    };
    cache.writeQuery({
      query: SESSION,
      variables: { id: 's', ...asked },
      data: { chatSession: { __typename: 'ChatSession', id: 's', messages } },
    });
  }

  const read = (asked: Asked = { last: 50 }) =>
    cache.readQuery<{ chatSession: { messages: Shown } }>({ query: SESSION, variables: { id: 's', ...asked } })
      ?.chatSession.messages;
  return {
    ...{ cache, server, fetch, read, pageOf },
    seqs: (asked?: Asked) => read(asked)?.nodes.map(({ seq }) => seq),
    evict: (seq: number) => cache.evict({ id: `ChatMessage:m${seq}` }),
    /** Messages that come alone, with no page around them. */
    arrive: (...seqs: number[]) =>
      cache.writeFragment({
        id: 'ChatSession:s',
        fragment: gql`fragment Arrived on ChatSession { messages { nodes { id seq cursor } } }`,
        data: { messages: { __typename: 'ChatMessageConnection', nodes: seqs.map(node) } },
      }),
    count: (messageCount: number) =>
      cache.writeQuery({
        query: COUNT,
        variables: { id: 's' },
        data: { chatSession: { __typename: 'ChatSession', id: 's', messageCount } },
      }),
  };
}

interface Shown {
  nodes: { id: string; seq: number }[];
  pageInfo: { hasPreviousPage: boolean; hasNextPage: boolean; startCursor: string | null; endCursor: string | null };
  totalCount: number;
}

const placeOf = (cursor: string | undefined, otherwise: number) => (cursor ? Number(cursor.slice(1)) : otherwise);
const range = (from: number, to: number) => Array.from({ length: Math.max(0, to - from + 1) }, (_, at) => from + at);

type Step =
  | { does: 'page'; asked: Asked }
  | { does: 'write' | 'write unheard'; messages: number }
  | { does: 'evict'; seq: number };

const seq = fc.integer({ min: 1, max: 40 });
const size = fc.integer({ min: 1, max: 12 });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    does: fc.constant('page' as const),
    asked: fc.oneof(
      fc.record({ last: size }),
      fc.record({ first: size }),
      fc.record({ last: size, before: seq.map((at) => `c${at}`) }),
      fc.record({ first: size, after: seq.map((at) => `c${at}`) }),
    ),
  }),
  fc.record({
    does: fc.constantFrom('write' as const, 'write unheard' as const),
    messages: fc.integer({ min: 1, max: 4 }),
  }),
  fc.record({ does: fc.constant('evict' as const), seq }),
);

describe('whatever pages come, in whatever order, while messages are written and evicted,', () => {
  test('what is shown is in order, nothing is there twice, nothing is missing within, and its ends are told truly', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 30 }), fc.array(step, { maxLength: 25 }), (length, steps) => {
        const chat = conversation(length);
        const held = new Set<number>();
        const hold = (seqs: number[]) => {
          for (const each of seqs) held.add(each);
        };
        for (const each of steps) {
          if (each.does === 'page') {
            chat.fetch(each.asked);
            hold(chat.pageOf(each.asked));
          } else if (each.does === 'evict') {
            chat.evict(each.seq);
            held.delete(each.seq);
          } else {
            const from = chat.server.length + 1;
            chat.server.length += each.messages;
            const written = range(from, chat.server.length);
            if (each.does === 'write' && held.size > 0) {
              chat.arrive(...written);
              hold(written);
            }
          }
          check(chat, held);
        }
      }),
      { numRuns: 500 },
    );
  });

  /** What hangs together with the newest that is held, and not a message more or less. */
  function check(chat: ReturnType<typeof conversation>, held: Set<number>): void {
    if (held.size === 0) return;
    const newest = Math.max(...held);
    let oldest = newest;
    while (held.has(oldest - 1)) oldest -= 1;
    const shown = chat.read();
    expect(shown?.nodes.map((node) => node.seq)).toEqual(range(oldest, newest));
    expect(shown?.nodes.map(({ id }) => id)).toEqual(range(oldest, newest).map((each) => `m${each}`));
    expect(shown?.pageInfo).toMatchObject({
      hasPreviousPage: oldest > 1,
      startCursor: `c${oldest}`,
      endCursor: `c${newest}`,
    });
    if (shown?.pageInfo.hasNextPage) expect(newest).toBeLessThan(chat.server.length);
  }
});

test('messages that are shown stay the same objects in the same list while only their session changes, or they come again', () => {
  const chat = conversation(9);
  chat.fetch({ last: 5 });
  const before = chat.read();
  chat.count(9);
  chat.cache.modify({ id: 'ChatSession:s', fields: { messageCount: () => 10 } });
  expect(chat.read()?.totalCount).toBe(10);
  chat.fetch({ last: 5 });
  expect(chat.read()?.nodes).toBe(before?.nodes);
  chat.evict(7);
  expect(chat.seqs()).toEqual([8, 9]);
});

test('pages of both directions and a message that arrives alone make one list', () => {
  const chat = conversation(9);
  chat.fetch({ last: 3 });
  chat.fetch({ last: 3, before: 'c7' });
  chat.fetch({ last: 3, before: 'c7' });
  chat.server.length = 11;
  chat.arrive(10, 11);
  expect(chat.seqs()).toEqual(range(4, 11));
  chat.server.length = 13;
  chat.fetch({ first: 5, after: 'c11' });
  expect(chat.read()).toMatchObject({
    nodes: range(4, 13).map((each) => ({ seq: each })),
    pageInfo: { hasPreviousPage: true, startCursor: 'c4', hasNextPage: false, endCursor: 'c13' },
    totalCount: 13,
  });
});

test('away for long, the newest page stands alone until what is between has come', () => {
  const chat = conversation(10);
  chat.fetch({ last: 5 });
  chat.server.length = 40;
  chat.fetch({ last: 5 });
  expect(chat.seqs()).toEqual(range(36, 40));
  expect(chat.read()?.pageInfo).toMatchObject({ hasPreviousPage: true, startCursor: 'c36' });
  chat.fetch({ last: 20, before: 'c36' });
  chat.fetch({ last: 20, before: 'c16' });
  expect(chat.seqs()).toEqual(range(1, 40));
});

test('a place in the middle is shown by the cursor it was asked for, without the rest', () => {
  const chat = conversation(40);
  chat.fetch({ last: 5 });
  chat.fetch({ last: 5, before: 'c20' });
  expect(chat.seqs({ last: 5, before: 'c20' })).toEqual(range(15, 19));
  chat.fetch({ first: 5, after: 'c19' });
  expect(chat.seqs({ last: 5, before: 'c20' })).toEqual(range(15, 24));
  expect(chat.seqs()).toEqual(range(36, 40));
  expect(chat.seqs({ last: 5, before: 'c30' })).toBeUndefined();
});

test('that there is more is known from the number of messages, before any of them has come', () => {
  const chat = conversation(3);
  chat.fetch({ last: 5 });
  expect(chat.read()?.pageInfo.hasNextPage).toBe(false);
  chat.count(5);
  expect(chat.read()).toMatchObject({ pageInfo: { hasNextPage: true, endCursor: 'c3' }, totalCount: 5 });
});

test('a session without messages is known to have none, and shows the first that arrive', () => {
  const chat = conversation(0);
  chat.fetch({ last: 5 });
  expect(chat.read()).toMatchObject({ nodes: [], pageInfo: { hasPreviousPage: false, startCursor: null } });
  chat.arrive(1, 2);
  expect(chat.seqs()).toEqual([1, 2]);
});

test('a query that asks for edges sees what one that asked for nodes has brought', () => {
  const chat = conversation(4);
  chat.fetch({ last: 2 });
  chat.fetch({ last: 2, before: 'c3' });
  const seen = chat.cache.readQuery<{
    chatSession: { messages: { edges: { cursor: string; node: { seq: number } }[] } };
  }>({
    query: EDGES,
    variables: { id: 's', last: 2 },
  });
  expect(seen?.chatSession.messages.edges.map(({ cursor, node }) => [cursor, node.seq])).toEqual(
    range(1, 4).map((each) => [`c${each}`, each]),
  );
});
