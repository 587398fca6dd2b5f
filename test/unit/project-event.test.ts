import { buildSchema, execute, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { projectionOf } from '../../src/http/project-event.ts';

const schema = buildSchema(`
  type Query { ok: Boolean }
  type Subscription { replyStream: ReplyEvent!, other: ReplyEvent! }
  union ReplyEvent = ReplyDelta | ReplyCompleted
  type ReplyDelta { messageId: ID!, offset: Int!, text: String! }
  type ReplyCompleted { message: String! }
`);
const event = { __typename: 'ReplyDelta', messageId: '1', offset: 3, text: 'slowly' };

/** What the projection gives and what executing gives, as text: the order of fields is part of it. */
async function both(query: string) {
  const document = parse(query);
  expect(validate(schema, document)).toEqual([]);
  const projected = projectionOf({ schema, document }, 'ReplyDelta', 'ReplyEvent')?.(event);
  const executed = await execute({ schema, document, rootValue: { replyStream: event, other: event } });
  return { projected: projected && JSON.stringify(projected), executed: JSON.stringify(executed) };
}

test.each([
  'subscription { replyStream { ... on ReplyDelta { text offset messageId } } }',
  'subscription { replyStream { __typename ... on ReplyDelta { from: offset, kind: __typename } ... on ReplyCompleted { message } } }',
  'subscription { replyStream { ... on ReplyCompleted { message } } }',
  'subscription { e: replyStream { ...f ...f __typename } } fragment f on ReplyEvent { ... on ReplyDelta { ...g } } fragment g on ReplyDelta { text text }',
  'subscription { replyStream { ... { __typename } ... on ReplyEvent { ... on ReplyDelta { offset } } } }',
])('%s: a projected event is what executing gives', async (query) => {
  const { projected, executed } = await both(query);
  expect(projected).toBe(executed);
});

test.each([
  'subscription { replyStream { ... on ReplyDelta { text @skip(if: true) } } }',
  'subscription { replyStream { ... on ReplyDelta @include(if: false) { text } } }',
  'subscription { replyStream @include(if: true) { __typename } }',
  'subscription { ...s } fragment s on Subscription { replyStream { __typename } }',
])('%s: is left to graphql', async (query) => {
  expect((await both(query)).projected).toBeUndefined();
});

test('fragments that double with every level are looked at once', async () => {
  const fragments = Array.from(
    { length: 100 },
    (_, i) => `fragment f${i} on ReplyDelta { ${i < 99 ? `...f${i + 1} ...f${i + 1}` : 'text'} }`,
  );
  const { projected, executed } = await both(`subscription { replyStream { ...f0 } } ${fragments.join(' ')}`);
  expect(projected).toBe(executed);
});
