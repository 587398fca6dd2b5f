import {
  type DocumentNode,
  getOperationAST,
  isObjectType,
  isUnionType,
  Kind,
  parse,
  print,
  TypeInfo,
  validate,
  visit,
  visitWithTypeInfo,
} from 'graphql';
import { describe, expect, test } from 'vitest';
import { createCache, possibleTypes, typePolicies } from '../../client/apollo/index.ts';
import * as generated from '../../client/generated/hooks.ts';
import { complexityError, MAX_TOKENS, ownRules } from '../../src/graphql/query-limits.ts';
import { createSchema } from '../../src/schema.ts';

const schema = createSchema();
const isDocument = (value: unknown): value is DocumentNode =>
  typeof value === 'object' && value !== null && 'kind' in value && value.kind === Kind.DOCUMENT;
// As Apollo Client sends them, which asks for the name of each type.
const operations = Object.values(generated)
  .filter(isDocument)
  .filter((document) => getOperationAST(document))
  .map((document) => ({
    name: getOperationAST(document)?.name?.value ?? '',
    document: createCache().transformDocument(document),
  }));

describe.each(operations)('$name', ({ name, document }) => {
  test('is valid, and within the limits of a query at its longest page', () => {
    expect(() => parse(print(document), { maxTokens: MAX_TOKENS })).not.toThrow();
    expect(validate(schema, document, ownRules(false))).toEqual([]);
    const hasMessages = name === 'ChatSession' || name === 'SessionMessages';
    const pages = hasMessages ? { last: 60 } : { first: 100, last: 100, from: 0, length: 100_000 };
    expect(complexityError(schema, document, { ...pages, input: { first: 50 } })?.message).toBeUndefined();
  });

  test('has a hook', () => {
    const kind = getOperationAST(document)?.operation ?? '';
    const hook = `use${name}${kind.charAt(0).toUpperCase()}${kind.slice(1)}`;
    expect(generated).toHaveProperty(hook, expect.any(Function));
  });
});

test('all that the server offers is asked for by one of them', () => {
  const used = new Set<string>();
  const types = new TypeInfo(schema);
  for (const { document } of operations) {
    visit(
      document,
      visitWithTypeInfo(types, {
        Field: () => void used.add(`${types.getParentType()?.name}.${types.getFieldDef()?.name}`),
      }),
    );
  }
  const offered = ['Query', 'Mutation', 'Subscription'].flatMap((name) => {
    const type = schema.getType(name);
    return type && 'getFields' in type ? Object.keys(type.getFields()).map((field) => `${name}.${field}`) : [];
  });
  expect(offered.filter((field) => !used.has(field))).toEqual([]);
});

test('the cache knows the unions of the schema, and names no type or field that it lacks', () => {
  const types = Object.values(schema.getTypeMap());
  const unions = types.filter(isUnionType).map((type) => [
    type.name,
    type
      .getTypes()
      .map(({ name }) => name)
      .sort(),
  ]);
  const known = Object.entries(possibleTypes).map(([name, members]) => [name, [...members].sort()]);
  expect(known.sort()).toEqual(unions.sort());
  for (const [name, { fields = {} }] of Object.entries(typePolicies)) {
    const type = schema.getType(name);
    expect([name, isObjectType(type) ? Object.keys(type.getFields()) : []]).toEqual([
      name,
      expect.arrayContaining(Object.keys(fields)),
    ]);
  }
});
