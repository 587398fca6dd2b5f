import { expect, test } from 'vitest';
import { openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';

test('a migrated database is what the entities say', async () => {
  const orm = await openOrm('sqlite::memory:', entities);
  expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
  await orm.close();
});
