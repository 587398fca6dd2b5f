import { sql } from 'kysely';
import { describe, expect } from 'vitest';
import { ChatMessage } from '../../src/chat/message.entity.ts';
import { db, type Em, forkEm, type Orm, openOrm, viewerEm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { test } from '../support/indexed-sessions.ts';
import { oneOfEach } from '../support/one-of-each.ts';
import { isPglite, serverDatabase, testDialect } from '../support/test-database.ts';

type Rows = Record<string, unknown[]>;

const tablesOf = (orm: Orm): string[] => [...orm.getMetadata()].map(({ tableName }) => tableName).sort();

/** Every row that `read` finds, by table. */
async function everyRow(orm: Orm, read: (statement: string) => Promise<unknown[]>): Promise<Rows> {
  const rows: Rows = {};
  for (const table of tablesOf(orm)) rows[table] = await read(`select to_jsonb(t) as r from "${table}" as t`);
  return rows;
}

const byKysely = (em: Em) => async (statement: string) => (await sql.raw(statement).execute(db(em))).rows;
const byOrm = (em: Em) => (statement: string) => em.execute<unknown[]>(statement);
const counts = (rows: Rows) => Object.fromEntries(Object.entries(rows).map(([table, of]) => [table, of.length]));

/** Bob's rows are there first, then Alice's too. */
async function seed(orm: Orm): Promise<{ bobs: Rows; all: Rows }> {
  await oneOfEach(orm, 'bob');
  const bobs = await everyRow(orm, byOrm(forkEm(orm)));
  await oneOfEach(orm, 'alice');
  return { bobs, all: await everyRow(orm, byOrm(forkEm(orm))) };
}

const affected = async (em: Em, statement: string) =>
  Number((await sql.raw(statement).execute(db(em))).numAffectedRows);

describe.skipIf(testDialect !== 'postgres')('on PostgreSQL', () => {
  test('a viewer sees no row of another’s, though no statement names whose rows it wants', async ({ orm }) => {
    const { bobs, all } = await seed(orm);
    for (const table of tablesOf(orm)) {
      expect(bobs[table]?.length, table).toBeGreaterThan(0);
      expect(all[table]?.length, table).toBe(2 * (bobs[table]?.length ?? 0));
    }

    const bob = viewerEm(orm, 'bob');
    expect(await everyRow(orm, byKysely(bob))).toEqual(bobs);
    expect(await everyRow(orm, byOrm(bob))).toEqual(bobs);
    expect(await bob.transactional((em) => everyRow(orm, byKysely(em)))).toEqual(bobs);
    expect(await bob.transactional((em) => everyRow(orm, byOrm(em)))).toEqual(bobs);
    expect(await bob.transactional(() => everyRow(orm, byKysely(bob)))).toEqual(bobs);
    expect(await bob.transactional((em) => em.transactional((nested) => everyRow(orm, byKysely(nested))))).toEqual(
      bobs,
    );
    expect(await everyRow(orm, byKysely(bob.fork()))).toEqual(bobs);
    const messages = await viewerEm(orm, 'bob').find(ChatMessage, {});
    expect(messages.map(({ userId }) => userId)).toEqual(['bob', 'bob']);
    expect(await viewerEm(orm, 'bob').count(ChatMessage)).toBe(2);
    expect(await viewerEm(orm, 'bob').qb(ChatMessage).select('*').execute()).toHaveLength(2);
    expect(
      await db(bob)
        .connection()
        .execute((one) => one.selectFrom('chunk').select('id').execute()),
    ).toHaveLength(1);
  });

  test('without an id, and for nobody, there is nothing to see', async ({ orm }) => {
    await seed(orm);
    await db(forkEm(orm)).updateTable('chat_session').set({ userId: '' }).where('userId', '=', 'alice').execute();

    const nothing = Object.fromEntries(tablesOf(orm).map((table) => [table, []]));
    expect(await everyRow(orm, byKysely(viewerEm(orm, '')))).toEqual(nothing);
    const unnamed = await forkEm(orm).transactional(async (em) => {
      await em.execute('set local role carryover_viewer');
      return everyRow(orm, byOrm(em));
    });
    expect(unnamed).toEqual(nothing);
  });

  test('a viewer changes and deletes no row of another’s', async ({ orm }) => {
    const { bobs, all } = await seed(orm);
    const bob = viewerEm(orm, 'bob');

    for (const { tableName, props } of orm.getMetadata()) {
      const column = props[0]?.fieldNames[0];
      const statement = `update "${tableName}" set "${column}" = "${column}"`;
      expect(await affected(bob, statement), tableName).toBe(bobs[tableName]?.length);
    }
    for (const table of tablesOf(orm)) await affected(bob, `delete from "${table}"`);

    const left = await everyRow(orm, byOrm(forkEm(orm)));
    expect(counts(left)).toEqual(counts(bobs));
    for (const table of tablesOf(orm)) for (const row of left[table] ?? []) expect(all[table]).toContainEqual(row);
    expect(await everyRow(orm, byKysely(bob))).toEqual(Object.fromEntries(tablesOf(orm).map((table) => [table, []])));
  });

  test('a viewer writes nothing in another’s name', async ({ orm }) => {
    await oneOfEach(orm, 'alice');
    const alices = await everyRow(orm, byOrm(forkEm(orm)));
    await oneOfEach(orm, 'bob');
    const bob = viewerEm(orm, 'bob');

    for (const [table, rows] of Object.entries(alices)) {
      for (const row of rows) {
        const { r } = row as { r: object };
        const copy = sql`insert into ${sql.table(table)}
          select * from jsonb_populate_record(null::${sql.table(table)}, cast(${JSON.stringify(r)} as jsonb))`;
        await expect(copy.execute(db(bob)), table).rejects.toMatchObject({ code: '42501' });
      }
    }
    for (const { tableName, props } of orm.getMetadata()) {
      if (!props.some(({ name }) => name === 'userId')) continue;
      const giving = sql`update ${sql.table(tableName)} set user_id = 'alice'`.execute(db(bob));
      await expect(giving, tableName).rejects.toMatchObject({ code: '42501' });
    }
  });

  test.skipIf(isPglite)('a connection that served a viewer is the login’s again, whatever became of it', async () => {
    const orm = await openOrm(await serverDatabase(), entities, { poolSize: 1 });
    const login = await forkEm(orm).execute('select current_user as name');
    const asLogin = async () => {
      const who = await forkEm(orm).execute(`select current_user as name`);
      expect(who).toEqual(login);
      const id = await forkEm(orm).execute(`select nullif(current_setting('carryover.user_id', true), '') as id`);
      expect(id).toEqual([{ id: null }]);
    };
    await forkEm(orm).execute(
      'alter table usage_entry alter constraint usage_entry_session_id_foreign deferrable initially deferred',
    );
    const bob = viewerEm(orm, `bob'; reset role; --`);
    const entry = {
      userId: `bob'; reset role; --`,
      purpose: 'CHAT',
      model: 'm',
      inputTokens: 1,
      outputTokens: 1,
    } as const;
    const session = '00000000-0000-7000-8000-000000000000';

    await db(bob).insertInto('usage_entry').values(entry).execute();
    await asLogin();
    await expect(sql`select 1 / 0`.execute(db(bob))).rejects.toMatchObject({ code: '22012' });
    await asLogin();
    await expect(bob.transactional((em) => em.execute('select 1 / 0'))).rejects.toThrow('division by zero');
    await asLogin();
    // Refused only when it is to be committed.
    await expect(
      db(bob)
        .insertInto('usage_entry')
        .values({ ...entry, session })
        .execute(),
    ).rejects.toMatchObject({ code: '23503' });
    await asLogin();
    await expect(
      bob.transactional((em) =>
        db(em)
          .insertInto('usage_entry')
          .values({ ...entry, session })
          .execute(),
      ),
    ).rejects.toThrow('usage_entry_session_id_foreign');
    await asLogin();
    expect(await db(bob).selectFrom('usage_entry').select('userId').execute()).toEqual([{ userId: entry.userId }]);
    await orm.close(true);
  });
});
