import { defineEntity, MikroORM, p } from '@mikro-orm/postgresql';
import { expect, test } from 'vitest';
import { viewersRows } from '../../src/db/policies.ts';

const ME = "nullif(current_setting('carryover.user_id', true), '')";

const Owned = defineEntity({ name: 'Owned', properties: { id: p.integer().primary(), userId: p.string() } });
const Part = defineEntity({
  name: 'Part',
  primaryKeys: ['owned', 'position'],
  properties: { owned: () => p.manyToOne(Owned).ref().primary(), position: p.integer().primary() },
});
const Forgotten = defineEntity({
  name: 'Forgotten',
  properties: { id: p.integer().primary(), owned: () => p.manyToOne(Owned).ref() },
});

const orm = new MikroORM({ entities: [Owned, Part, Forgotten], dbName: 'none' });

function rowsOf(table: string): string {
  const found = [...orm.getMetadata()].find(({ tableName }) => tableName === table);
  if (!found) throw new Error(`There is no table ${table}.`);
  return viewersRows(found);
}

test('a viewer has the rows with the viewer’s id, and what is a part of them', () => {
  expect(rowsOf('owned')).toBe(`user_id = ${ME}`);
  expect(rowsOf('part')).toBe('exists (select 1 from owned where owned.id = part.owned_id)');
});

test('a table of which nothing says whose its rows are is refused', () => {
  expect(() => rowsOf('forgotten')).toThrow('Nothing says whose the rows of forgotten are.');
});
