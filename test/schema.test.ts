import { readFileSync } from 'node:fs';
import { buildSchema, isInputObjectType, isObjectType } from 'graphql';
import { expect, test } from 'vitest';
import { createSchema, printed } from '../src/schema.ts';

const stored = readFileSync(new URL('../schema/schema.graphql', import.meta.url), 'utf8');
const schema = createSchema();

test('schema/schema.graphql is what the code says; `npm run schema` writes it', () => {
  expect(stored).toBe(printed(schema));
});

test('schema/schema.graphql is a schema that other tools can read', () => {
  expect(buildSchema(stored).getSubscriptionType()?.name).toBe('Subscription');
});

test('every mutation takes one input and answers with a payload of its own', () => {
  for (const { name, args, type } of Object.values(schema.getMutationType()?.getFields() ?? {})) {
    expect([name, args.map((arg) => arg.name)]).toEqual([name, ['input']]);
    expect(`${name}: ${type}`).toMatch(/Payload!$/);
  }
});

test('nothing of a table is public by accident: no type has a field that names a user, a lease or a hash of ours', () => {
  const fields = Object.values(schema.getTypeMap())
    .filter((type) => !type.name.startsWith('__'))
    .flatMap((type) => (isObjectType(type) || isInputObjectType(type) ? Object.keys(type.getFields()) : []));
  expect(fields.length).toBeGreaterThan(100);
  expect(fields.filter((name) => /^(userId|lease\w+|keyHash|tokensCounted|deletedAt|forgottenAt)$/.test(name))).toEqual(
    [],
  );
});
