import { buildSchema } from 'graphql';
import { expect, test } from 'vitest';
import { createPreparer } from '../../src/http/operation.ts';

const prepare = createPreparer(buildSchema('type Query { viewerId: String!, sum(of: [Int!]!): Int! }'), true);

// Preparing looks at no context: it passes it on.
const contextOf = async () => JSON.parse('{}');

async function documentOf(query: string) {
  const operation = await prepare({ query }, contextOf);
  return 'document' in operation ? operation.document : expect.fail(String(operation));
}

/** Whether what was prepared is still there. */
const isKept = async (query: string, document: unknown) => (await documentOf(query)) === document;

const commented = (characters: number, comment = '') => `{ viewerId } #${comment}`.padEnd(characters, ' more');

test('a document is prepared once', async () => {
  const query = '{ viewerId }';
  expect(await isKept(query, await documentOf(query))).toBe(true);
});

test('a document of more than 20,000 characters is not kept', async () => {
  const [longest, tooLong] = [commented(20_000), commented(20_001)];
  expect(await isKept(longest, await documentOf(longest))).toBe(true);
  expect(await isKept(tooLong, await documentOf(tooLong))).toBe(false);
});

test.each([
  ['long', (name: number) => commented(19_999, String(name)), 300],
  ['dense', (name: number) => `{ sum(of: [${'1 '.repeat(1_900)}${name}]) }`, 12],
])('%s documents are kept up to a size, and the least used goes', async (_, queryOf, count) => {
  const first = await documentOf(queryOf(0));
  const second = await documentOf(queryOf(1));
  for (let name = 2; name < count; name++) {
    await documentOf(queryOf(name));
    await documentOf(queryOf(0));
  }
  expect(await isKept(queryOf(0), first)).toBe(true);
  expect(await isKept(queryOf(1), second)).toBe(false);
});
