import { buildSchema, parse, validate } from 'graphql';
import { expect, test } from 'vitest';
import { costOf } from '../../src/graphql/query-cost.ts';
import { complexityError, shapeRule } from '../../src/graphql/query-limits.ts';

const schema = buildSchema(`
  type Query { viewer: Person!, people(first: Int! = 20, last: Int): People!, named: Named!, found(input: Find!): [Person!]! }
  input Find { name: String, first: Int! = 5 }
  interface Named { name: String!, people(first: Int): People! }
  type Person implements Named { name: String!, friend: Person!, friends: [Person!]!, people(first: Int): People! }
  type People { nodes: [Person!]!, totalCount: Int!, pageInfo: Boolean! }
`);
const cost = (query: string, variables: Record<string, unknown> = {}, name?: string) =>
  costOf(schema, parse(query), variables, name);
const shapeErrors = (query: string) => validate(schema, parse(query), [shapeRule]).map(({ message }) => message);
const deep = (levels: number) => `${'{ friend '.repeat(levels - 1)}{ name }${' }'.repeat(levels - 1)}`;

test.each([
  ['{ viewer { name } }', 2],
  ['{ viewer { name friend { name } } }', 4],
  ['{ people(first: 3) { nodes { name } totalCount } }', 1 + 3 * (2 + 1)],
  ['{ people { nodes { name } } }', 1 + 20 * 2],
  ['{ viewer { people { totalCount } } }', 1 + 1 + 50],
  ['{ people(first: 2) { nodes { people(first: 3) { totalCount } } } }', 1 + 2 * (1 + (1 + 3))],
  ['{ people(first: 2, last: 9) { totalCount } }', 1 + 9],
  ['{ people(first: -5) { totalCount } }', 1],
  ['{ named { name ... on Person { people(first: 4) { totalCount } } } }', 1 + 1 + 1 + 4],
  ['{ a: viewer { name } b: viewer { ...n ...n } } fragment n on Person { name friend { name } }', 2 + 1 + 2 * 3],
  ['{ __typename }', 1],
  ['{ found(input: { first: 100 }) { name friend { name } } }', 1 + 100 * 3],
  ['{ found(input: { name: "A" }) { name } }', 1 + 5],
  ['{ viewer { friends { name friends { name } } } }', 5],
  ['{ viewer { friends { name people(first: 2) { totalCount } } } }', 1 + 1 + 20 * (1 + 1 + 2)],
  ['{ viewer { friends { friends { people(first: 2) { totalCount } } } } }', 1 + 1 + 20 * (1 + 20 * (1 + 2))],
])('%s costs %i', (query, expected) => {
  expect(cost(query)).toBe(expected);
});

test('a page size comes from the variables, from their default, or from the schema', () => {
  const query = 'query($n: Int = 7) { people(first: $n) { totalCount } }';
  expect(cost(query, { n: 3 })).toBe(4);
  expect(cost(query)).toBe(8);
  expect(cost('query($n: Int!) { people(first: $n) { totalCount } }', { n: 'many' })).toBe(21);
  const found =
    'query($input: Find!, $n: Int = 3) { found(input: $input) { name } more: found(input: { first: $n }) { name } }';
  expect(cost(found, { input: { first: 90 } })).toBe(91 + 4);
  expect(cost(found, { input: null, n: 7 })).toBe(6 + 8);
});

test('what reads all of a session or of a document costs more than a field', () => {
  const sessions = buildSchema(`
    type Query { session: ChatSession! }
    type ChatSession { id: ID!, memory: Memory!, usage: Usage!, documents: [Document!]! }
    type Document { id: ID!, text: String }
    type Memory { indexed: Int! }
    type Usage { totalTokens: Int! }
  `);
  const costs = (fields: string) => costOf(sessions, parse(`{ session { ${fields} } }`), {});
  expect(costs('id')).toBe(1 + 1);
  expect(costs('memory { indexed }')).toBe(1 + 10 + 1);
  expect(costs('usage { totalTokens }')).toBe(1 + 5 + 1);
  expect(costs('documents { id }')).toBe(1 + 1 + 1);
  expect(costs('documents { id text }')).toBe(1 + 1 + 20 * (1 + 50));
});

test('only the operation that runs is weighed', () => {
  const query = 'query small { viewer { name } } query large { people(first: 100) { totalCount } }';
  expect([cost(query, {}, 'small'), cost(query, {}, 'large')]).toEqual([2, 101]);
  expect(cost(query, {}, 'neither')).toBe(0);
});

test('a cost of 5,000 is allowed, and not one more', () => {
  const errorFor = (n: number) =>
    complexityError(schema, parse('query($n: Int!) { people(first: $n) { totalCount } }'), { n });
  expect(errorFor(4_999)).toBeNull();
  expect(errorFor(5_000)).toMatchObject({
    message: 'The query costs 5001; at most 5000 is allowed.',
    extensions: { code: 'QUERY_TOO_COMPLEX' },
  });
});

test('12 levels are allowed, and not one more, also within fragments', () => {
  expect(shapeErrors(`{ viewer ${deep(11)} }`)).toEqual([]);
  const tooDeep = ['The query is 13 levels deep; at most 12 is allowed.'];
  expect(shapeErrors(`{ viewer ${deep(12)} }`)).toEqual(tooDeep);
  expect(shapeErrors(`{ viewer { ...f } } fragment f on Person ${deep(12)}`)).toEqual(tooDeep);
  expect(shapeErrors(`{ ... { viewer { ... on Person ${deep(12)} } } }`)).toEqual(tooDeep);
});

test('30 aliases are allowed, and not one more; each use of a fragment counts', () => {
  const aliased = (count: number) => Array.from({ length: count }, (_, i) => `a${i}: name`).join(' ');
  expect(shapeErrors(`{ viewer { ${aliased(30)} } }`)).toEqual([]);
  const tooMany = ['The query has 32 aliases; at most 30 is allowed.'];
  expect(shapeErrors(`{ viewer { ${aliased(32)} } }`)).toEqual(tooMany);
  expect(shapeErrors(`{ viewer { ...f friend { ...f } } } fragment f on Person { ${aliased(16)} }`)).toEqual(tooMany);
});

test('introspection is no deeper for its length', () => {
  const query =
    '{ __schema { types { fields { type { ofType { ofType { ofType { ofType { ofType { ofType { ofType { ofType { name } } } } } } } } } } } } }';
  expect(shapeErrors(query)).toEqual([]);
});

test('fragments that double with every level are weighed without doubling the work', () => {
  const levels = 150;
  const fragments = Array.from(
    { length: levels },
    (_, i) => `fragment f${i} on Person { ${i + 1 < levels ? `...f${i + 1} ...f${i + 1}` : 'a: name'} }`,
  );
  const query = `{ viewer { ...f0 } } ${fragments.join(' ')}`;
  expect(shapeErrors(query)).toHaveLength(1);
  expect(cost(query)).toBeGreaterThan(5_000);
});

test('a cycle of fragments, which another rule refuses, is survived', () => {
  expect(
    shapeErrors(
      '{ viewer { ...a } } fragment a on Person { friend { ...b } } fragment b on Person { friend { ...a } }',
    ),
  ).toEqual([]);
});
