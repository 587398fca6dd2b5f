import { SqlMikroORM } from '@mikro-orm/sql';
import { expect, test } from 'vitest';
import { type Orm, openOrm, ormOptions } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';

const INITIAL = 'Migration20261122032358_initial';

test('a migrated database is what the entities say', async () => {
  const orm = await openOrm('sqlite::memory:', entities);
  expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
  await orm.close();
});

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

  expect(await orm.schema.getUpdateSchemaSQL({ wrap: false })).toBe('');
  await orm.close();
});
