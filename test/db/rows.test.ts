import { sql } from 'kysely';
import { expect } from 'vitest';
import { db, forkEm } from '../../src/db/orm.ts';
import { aSession, test } from '../support/indexed-sessions.ts';
import { sqliteOf } from '../support/record-statements.ts';
import { testDialect } from '../support/test-database.ts';

test('rows have the names and values of entities', async ({ orm }) => {
  const id = await aSession(orm);

  const session = await db(forkEm(orm))
    .selectFrom('chat_session')
    .selectAll()
    .where('id', '=', id)
    .executeTakeFirstOrThrow();

  expect(session).toMatchObject({ id, userId: 'alice', tags: [], longTermMemory: true, instructions: null });
  expect(session.createdAt).toBeInstanceOf(Date);
  expect(Math.abs(session.createdAt.getTime() - Date.now())).toBeLessThan(60_000);
  expect(Object.keys(session).filter((name) => name.includes('_'))).toEqual([]);
});

test('rows of a relation have its id, under an alias too', async ({ orm }) => {
  const id = await aSession(orm);
  await db(forkEm(orm)).insertInto('memory_scope').values({ userId: 'alice', session: id }).execute();

  const scopes = db(forkEm(orm))
    .selectFrom('memory_scope')
    .innerJoin('chat_session as s', 's.id', 'memory_scope.session');

  expect(await scopes.select(['memory_scope.session', 's.updatedAt as createdAt']).execute()).toEqual([
    { session: id, createdAt: expect.any(Date) },
  ]);
});

test('a statement of our own keeps the names it gives', async ({ orm }) => {
  await aSession(orm);

  const { rows } = await sql`select user_id, created_at from chat_session`.execute(db(forkEm(orm)));

  expect(rows).toEqual([{ user_id: 'alice', created_at: expect.any(testDialect === 'postgres' ? Date : Number) }]);
});

test('a statement is prepared once, unless somebody’s words stand in it', async ({ orm, skip }) => {
  skip(testDialect === 'postgres', 'SQLite');
  const database = await sqliteOf({ orm });

  expect(database.prepare('select 1 where ? = 1')).toBe(database.prepare('select 1 where ? = 1'));
  expect(database.prepare("select 'Does my knee hurt?'")).not.toBe(database.prepare("select 'Does my knee hurt?'"));
});
