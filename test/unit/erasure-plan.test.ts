import { defineEntity, MikroORM, type Options, p } from '@mikro-orm/core';
import { expect, test } from 'vitest';
import { SqliteVecDriver } from '../../src/db/sqlite-driver.ts';
import { entities } from '../../src/entities.ts';
import { erasurePlan } from '../../src/privacy/erasure-plan.ts';

/** The plan for tables of the test's own. */
async function planFor(...tables: NonNullable<Options['entities']>): Promise<string[]> {
  const orm = await MikroORM.init({ entities: tables, driver: SqliteVecDriver, dbName: ':memory:' });
  const plan = erasurePlan(orm.em.getMetadata());
  await orm.close(true);
  return plan;
}

const Diary = defineEntity({
  name: 'Diary',
  tableName: 'diary',
  properties: { id: p.integer().primary(), userId: p.string() },
});

test('every table of the database is emptied by its user, or goes with one that is', async () => {
  expect((await planFor(...entities)).sort()).toEqual([
    'chat_session',
    'document',
    'idempotency_key',
    'job',
    'memory_scope',
    'turn_pace',
    'usage_entry',
  ]);
});

test('a table whose rows hang on a user’s rows, at any remove, needs no statement of its own', async () => {
  const Page = defineEntity({
    name: 'Page',
    tableName: 'page',
    properties: { id: p.integer().primary(), diary: () => p.manyToOne(Diary).ref().deleteRule('cascade') },
  });
  const Word = defineEntity({
    name: 'Word',
    tableName: 'word',
    properties: { id: p.integer().primary(), page: () => p.manyToOne(Page).ref().deleteRule('cascade') },
  });
  expect(await planFor(Diary, Page, Word)).toEqual(['diary']);
});

test('a table that names no user and goes with nothing is not forgotten: there is no plan', async () => {
  const Note = defineEntity({
    name: 'Note',
    tableName: 'note',
    properties: { id: p.integer().primary(), text: p.text() },
  });
  await expect(planFor(Diary, Note)).rejects.toThrow('note');
});

test.each([
  ['is only crossed out', () => p.manyToOne(Diary).ref().deleteRule('set null').nullable()],
  ['need not be there', () => p.manyToOne(Diary).ref().deleteRule('cascade').nullable()],
  ['keeps its parent', () => p.manyToOne(Diary).ref()],
])('nor is one whose parent %s', async (_what, diary) => {
  const Note = defineEntity({ name: 'Note', tableName: 'note', properties: { id: p.integer().primary(), diary } });
  await expect(planFor(Diary, Note)).rejects.toThrow('note');
});
