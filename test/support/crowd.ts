import { forkEm, type Orm } from '../../src/db/orm.ts';

/**
 * On PostgreSQL: 20,000 remembered messages in 200 sessions of 50 other viewers, 100 pieces of documents of each, and
 * what the planner knows of them.
 */
export async function seedCrowd(orm: Orm): Promise<void> {
  const em = forkEm(orm);
  for (const statement of PLACES) await em.execute(statement);
  // In slices: a statement that takes long is taken for a database that is away.
  for (let digit = 0; digit < 10; digit++) {
    for (const statement of words(`'viewer %${digit}'`)) await em.execute(statement);
  }
  await em.execute('analyze');
}

const VIEWER = `'viewer ' || n % 50`;
const WORDS = `'On day ' || n || ' my knee' || n % 997 || ' and my sleep' || n % 89 || ' were on my mind.'`;

const PLACES = [
  `insert into chat_session (id, user_id, title, model, tags, message_count, created_at, updated_at)
    select gen_random_uuid(), ${VIEWER}, 'Session ' || n, 'test-model', '["knee"]', 100, now(), now()
    from generate_series(1, 200) n`,
  `insert into document (id, user_id, filename, mime_type, size_bytes, content_hash, status, chunk_count, created_at)
    select gen_random_uuid(), ${VIEWER}, n || '.md', 'text/plain', 100, md5(n::text), 'READY', 100, now()
    from generate_series(1, 50) n`,
  `insert into memory_scope (user_id, session_id) select user_id, id from chat_session where user_id like 'viewer %'`,
  `insert into memory_scope (user_id, document_id) select user_id, id from document where user_id like 'viewer %'`,
];

/** @param viewers a pattern */
const words = (viewers: string) => [
  `insert into chat_message (id, user_id, session_id, seq, role, status, content, tokens, model, input_tokens, output_tokens,
      created_at, ended_at)
    select gen_random_uuid(), s.user_id, s.id, n, case n % 2 when 1 then 'USER' else 'ASSISTANT' end, 'COMPLETE', ${WORDS}, 12,
      'test-model', 10, 10, now(), now()
    from chat_session s, generate_series(1, 100) n where s.user_id like ${viewers}`,
  `insert into chunk (user_id, scope_id, message_id, seq, "position", start, text, tokens, terms, role, said_at,
      embedding_model, embedding)
    select m.user_id, c.id, m.id, m.seq, 0, 0, m.content, 12, 8, m.role, m.created_at, 'hashing', ('[1' || repeat(',0', 31) || ']')::vector
    from chat_message m join memory_scope c on c.session_id = m.session_id where m.user_id like ${viewers}`,
  `insert into chunk (user_id, scope_id, document_id, seq, "position", start, text, tokens, terms, said_at,
      embedding_model, embedding)
    select c.user_id, c.id, c.document_id, n, n, n * 60, ${WORDS}, 12, 8, now(), 'hashing', ('[1' || repeat(',0', 31) || ']')::vector
    from memory_scope c, generate_series(1, 100) n where c.document_id is not null and c.user_id like ${viewers}`,
  `insert into chunk_term (scope_id, term, chunk_id, tf)
    select c.scope_id, term, c.id, 1
    from chunk c, lateral (values ('knee' || c.seq % 997), ('sleep' || c.seq % 89), ('day'), ('mind'), ('knee')) words(term)
    where c.user_id like ${viewers}`,
];
