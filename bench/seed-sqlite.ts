import Database from 'better-sqlite3';
import { type Pool, type SessionRows, VIEWER, type Writer } from './seed-rows.ts';

/** By prepared statements, in one transaction. */
export function sqliteWriter(file: string, pool: Pool): Writer {
  const database = new Database(file);
  database.pragma('synchronous = off');
  database.pragma('foreign_keys = off');
  const insert = statementsOf(database);
  database.exec('begin');
  return {
    write: (session) => writeSession(insert, session, pool),
    close() {
      database.exec('commit');
      database.pragma('wal_checkpoint(truncate)');
      database.close();
    },
  };
}

const statementsOf = (database: Database.Database) => ({
  session: database.prepare(
    `insert into chat_session (id, user_id, title, title_is_automatic, model, tags, long_term_memory,
      cross_session_memory, message_count, created_at, updated_at) values (?, ?, 'A session', 0, ?, '[]', ?, ?, ?, ?, ?)`,
  ),
  scope: database.prepare('insert into memory_scope (id, user_id, session_id) values (?, ?, ?)'),
  message: database.prepare(
    `insert into chat_message (id, user_id, session_id, seq, role, status, content, tokens, reply_to_id, model,
      created_at, ended_at) values (?, ?, ?, ?, ?, 'COMPLETE', ?, ?, ?, ?, ?, ?)`,
  ),
  chunk: database.prepare(
    `insert into chunk (id, user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, said_at,
      embedding_model, embedding) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  posting: database.prepare('insert into chunk_term (scope_id, term, chunk_id, tf) values (?, ?, ?, ?)'),
});

function writeSession(insert: ReturnType<typeof statementsOf>, session: SessionRows, pool: Pool): void {
  const { id, model, scopeId, messages, chunks, postings } = session;
  const switches = [session.longTermMemory, session.crossSessionMemory].map(Number);
  insert.session.run(id, VIEWER, model, ...switches, messages.length, session.createdAt, session.updatedAt);
  if (scopeId !== null) insert.scope.run(scopeId, VIEWER, id);
  for (const { id: messageId, seq, role, text, tokens, replyToId, model: by, at } of messages) {
    insert.message.run(messageId, VIEWER, id, seq, role, text, tokens, replyToId, by, at, at);
  }
  for (const { id: chunkId, messageId, seq, position, start, text, tokens, terms, role, at, said } of chunks) {
    insert.chunk.run(
      ...[chunkId, VIEWER, scopeId, messageId, seq, position, start, text, tokens, terms, role, at],
      ...[pool.model, meanOf(said.map((place) => pool.vectors[place] ?? new Float32Array()))],
    );
  }
  for (const { term, chunkId, tf } of postings) insert.posting.run(scopeId, term, chunkId, tf);
}

/** At unit length, as the column has it. */
function meanOf(vectors: readonly Float32Array[]): Buffer {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (const [at, x] of vector.entries()) sum[at] = (sum[at] ?? 0) + x;
  const length = Math.hypot(...sum);
  return Buffer.from(sum.map((x) => x / length).buffer);
}
