import { SqlMikroORM } from '@mikro-orm/sql';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { onPostgres } from '../../src/db/dialect.ts';
import { connectOrm, type Orm, ormOptions } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { emptyDatabases } from '../support/empty-database.ts';

// PostgreSQL in this process starts slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const INITIAL = 'Migration20261122032358_initial';

/** What would have to change for the database to be what the entities say, but for indexes that are made as models come. */
async function differences({ schema }: Orm): Promise<string[]> {
  const statements = (await schema.getUpdateSchemaSQL({ wrap: false })).split(/;\n+/).filter(Boolean);
  return statements.filter((statement) => !/^drop index "chunk_embedding_/.test(statement));
}

const tablesOf = async ({ em }: Orm): Promise<string[]> => {
  const sql = onPostgres(em)
    ? 'select tablename as name from pg_tables where schemaname = current_schema()'
    : "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'";
  return (await em.fork().execute<{ name: string }[]>(sql)).map(({ name }) => name).sort();
};

describe.each(emptyDatabases)('on $on', ({ connect }) => {
  test('a migrated database is what the entities say', async () => {
    const orm = await connect();
    await orm.migrator.up();
    expect(await tablesOf(orm)).toEqual([...entities.map(({ meta }) => meta.tableName), 'mikro_orm_migrations'].sort());
    expect(await differences(orm)).toEqual([]);
    expect(await orm.migrator.up()).toEqual([]);
  });

  test('down to nothing and up again is as it was', async () => {
    const orm = await connect();
    const applied = await orm.migrator.up();
    expect(await orm.migrator.down({ to: 0 })).toHaveLength(applied.length);
    expect(await tablesOf(orm)).toEqual(['mikro_orm_migrations']);
    expect(await orm.migrator.up()).toHaveLength(applied.length);
    expect(await differences(orm)).toEqual([]);
  });

  test('a migration that fails names itself and leaves nothing', async () => {
    const orm = await connect();
    await orm.em.fork().execute('create table chunk (id int)');
    await expect(orm.migrator.up()).rejects.toMatchObject({ name: 'MigrationFailedError', migration: /_initial$/ });
    expect(await tablesOf(orm)).toEqual(['chunk']);

    await orm.em.fork().execute('drop table chunk');
    await orm.migrator.up();
    expect(await differences(orm)).toEqual([]);
  });

  test('a database of a newer version is refused, and left as it is', async () => {
    const orm = await connect();
    await orm.migrator.up();
    await orm.em.fork().execute("insert into mikro_orm_migrations (name) values ('Migration29990101000000_later')");
    await expect(orm.migrator.up()).rejects.toThrow(/newer version.*Migration29990101000000_later\.$/);
    await orm.em.fork().execute('drop table reply_part');
    await expect(orm.migrator.up()).rejects.toThrow('newer version');
    expect(await tablesOf(orm)).not.toContain('reply_part');
  });
});

test.each(['sqlite::memory:', 'postgresql://nowhere.invalid/nothing'])(
  'the snapshot for %s is what the entities say, so that the next migration has what changed and nothing else',
  async (url) => {
    const orm = await connectOrm(url, entities);
    onTestFinished(() => orm.close(true));
    expect(await orm.migrator.checkSchema()).toBe(false);
  },
);

/** A message in memory, with all that was made of it, as the first version left it. */
const OF_THE_FIRST_VERSION = [
  `insert into chat_session (id, user_id, title, model, tags, message_count, created_at, updated_at) values ('s', 'alice', 'Knee', 'm', '[]', 2, 0, 0)`,
  `insert into chat_message (id, user_id, session_id, seq, role, status, content, created_at) values ('q', 'alice', 's', 1, 'USER', 'COMPLETE', 'My knee hurts.', 0), ('r', 'alice', 's', 2, 'ASSISTANT', 'COMPLETE', 'I hear you.', 0)`,
  `insert into memory_scope (id, user_id, session_id) values (7, 'alice', 's')`,
  `insert into chunk (id, user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, said_at, embedding_model, embedding) values (9, 'alice', 7, 'q', 1, 0, 0, 'My knee hurts.', 4, 3, 'USER', 0, 'use-lite', x'0000803f')`,
  `insert into chunk_term (scope_id, term, chunk_id, tf) values (7, 'knee', 9, 1)`,
  `insert into usage_entry (id, user_id, session_id, purpose, model, input_tokens, output_tokens, created_at) values ('u', 'alice', 's', 'CHAT', 'm', 10, 5, 0)`,
  `insert into job (id, user_id, task, key, session_id, message_id, run_at, created_at) values ('j', 'alice', 'embed', 'q', 's', 'q', 0, 0)`,
  `insert into instructions_text (id, user_id, session_id, hash, text) values ('i', 'alice', 's', 'h', 'You are a coach.')`,
  `insert into prompt_manifest (message_id, user_id, instructions_id, request_hash, context_window_tokens, reply_tokens, budget_tokens, used_tokens, sections, notes, created_at) values ('r', 'alice', 'i', 'h', 1, 1, 1, 1, '[]', '[]', 0)`,
  `insert into prompt_item (message_id, position, section, source_id, ranges, decision, tokens) values ('r', 0, 'USER_MESSAGE', 'q', '[[0,14]]', 'INCLUDED', 4)`,
];
const KEPT = `select (select count(*) from chunk_term) as postings, (select embedding_model from chunk where message_id = 'q') as embedded,
  (select source_id from prompt_item) as source, (select count(*) from job) as jobs, (select sum(input_tokens) from usage_entry) as used,
  (select count(*) from memory_scope where session_id = 's') as scopes`;

async function firstVersion(): Promise<Orm> {
  const orm: Orm = await SqlMikroORM.init(ormOptions('sqlite::memory:', entities));
  await orm.migrator.up({ migrations: [INITIAL] });
  for (const statement of OF_THE_FIRST_VERSION) await orm.em.execute(statement);
  return orm;
}

test('a database of an earlier version keeps what it holds, there and back and there again', async () => {
  const orm = await firstVersion();
  const before = await orm.em.execute(KEPT);
  expect(before).toEqual([{ postings: 1, embedded: 'use-lite', source: 'q', jobs: 1, used: 10, scopes: 1 }]);

  await orm.migrator.up();
  expect(await orm.em.execute(KEPT)).toEqual(before);
  await orm.migrator.down();
  expect(await orm.em.execute(KEPT)).toEqual(before);
  await orm.migrator.up();
  expect(await orm.em.execute(KEPT)).toEqual(before);

  expect(await differences(orm)).toEqual([]);
  await orm.close();
});
