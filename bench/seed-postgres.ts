import { Client } from 'pg';
import { toSql } from 'pgvector';
import { type Pool, type SessionRows, VIEWER, type Writer } from './seed-rows.ts';

/** One statement for each table and session. The embeddings are put together in the database: they would come as text. */
export async function postgresWriter(url: string, pool: Pool): Promise<Writer> {
  const client = new Client({ connectionString: url });
  await client.connect();
  await client.query('set synchronous_commit = off');
  // Checking that what is referred to is there would take most of the time.
  const { rows } = await client.query("select current_setting('is_superuser') = 'on' as may");
  if (rows[0]?.may) await client.query('set session_replication_role = replica');
  await client.query('create temp table sentence (place int primary key, vector vector)');
  await client.query(
    'insert into sentence select place - 1, v from unnest($1::vector[]) with ordinality as l(v, place)',
    [pool.vectors.map((vector) => String(toSql([...vector])))],
  );
  return {
    write: (session) => writeSession(client, session, pool),
    async close() {
      for (const table of ['memory_scope', 'chunk']) {
        await client.query(
          `select setval(pg_get_serial_sequence('${table}', 'id'), (select coalesce(max(id), 0) + 1 from ${table}), false)`,
        );
      }
      await client.query('drop table sentence');
      await client.query('vacuum analyze');
      await client.end();
    },
  };
}

async function writeSession(client: Client, session: SessionRows, pool: Pool): Promise<void> {
  const { id, model, scopeId, messages, chunks, postings } = session;
  const [created, updated] = [new Date(session.createdAt), new Date(session.updatedAt)];
  await client.query(
    `insert into chat_session (id, user_id, title, title_is_automatic, model, tags, long_term_memory,
      cross_session_memory, message_count, created_at, updated_at)
    values ($1, $2, 'A session', false, $3, '[]', $4, $5, $6, $7, $8)`,
    [id, VIEWER, model, session.longTermMemory, session.crossSessionMemory, messages.length, created, updated],
  );
  const list = <T extends object, K extends keyof T>(rows: readonly T[], ...names: K[]) =>
    names.map((name) => rows.map((row) => row[name]));
  await client.query(
    `insert into chat_message (id, user_id, session_id, seq, role, status, content, tokens, reply_to_id, model,
      created_at, ended_at)
    select id, $1, $2, seq, role, 'COMPLETE', text, tokens, reply_to, model, at, at
    from unnest($3::uuid[], $4::int[], $5::text[], $6::text[], $7::int[], $8::uuid[], $9::text[], $10::timestamptz[])
      as m(id, seq, role, text, tokens, reply_to, model, at)`,
    [VIEWER, id, ...list(messages, 'id', 'seq', 'role', 'text', 'tokens', 'replyToId', 'model'), times(messages)],
  );
  if (scopeId === null) return;
  await client.query('insert into memory_scope (id, user_id, session_id) values ($1, $2, $3)', [scopeId, VIEWER, id]);
  await client.query(
    `insert into chunk (id, user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, said_at,
      embedding_model, embedding)
    select c.id, $1, $2, message_id, seq, c.position, start, text, tokens, terms, role, at, $3, (
      select l2_normalize(sum(s.vector)) from unnest(said::int[]) as place join sentence s using (place))
    from unnest($4::int[], $5::uuid[], $6::int[], $7::int[], $8::int[], $9::text[], $10::int[], $11::int[], $12::text[],
      $13::timestamptz[], $14::text[])
      as c(id, message_id, seq, position, start, text, tokens, terms, role, at, said)`,
    [
      ...[VIEWER, scopeId, pool.model],
      ...list(chunks, 'id', 'messageId', 'seq', 'position', 'start', 'text', 'tokens', 'terms', 'role'),
      ...[times(chunks), chunks.map(({ said }) => `{${said.join(',')}}`)],
    ],
  );
  await client.query(
    `insert into chunk_term (scope_id, term, chunk_id, tf)
    select $1, term, chunk_id, tf from unnest($2::text[], $3::int[], $4::int[]) as t(term, chunk_id, tf)`,
    [scopeId, ...list(postings, 'term', 'chunkId', 'tf')],
  );
}

const times = (rows: readonly { at: number }[]) => rows.map(({ at }) => new Date(at));
