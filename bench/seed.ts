// Fills a database with sessions as they would be after months of use, fast: rows are written by prepared statements, in
// one transaction, but split, counted and stemmed by the server's own functions, so that a message costs to search what
// it would cost had it been sent. The embeddings are the local model's, of a few hundred sentences; a message is some of
// these sentences, and its embedding the mean of theirs: near what the model would give, and of the same size.
import Database from 'better-sqlite3';
import { v7 } from 'uuid';
import { built } from './built.ts';
import { chance, oneOf, sentences } from './texts.ts';

const { entities }: typeof import('../src/entities.ts') = await import(built('entities.js'));
const { openOrm }: typeof import('../src/db/orm.ts') = await import(built('db/orm.js'));
const { splitText }: typeof import('../src/memory/split/split-text.ts') = await import(
  built('memory/split/split-text.js')
);
const { countTerms }: typeof import('../src/memory/terms.ts') = await import(built('memory/terms.js'));
const { countTokens }: typeof import('../src/models/count-tokens.ts') = await import(built('models/count-tokens.js'));
const { LocalEmbedder }: typeof import('../src/models/local-embedder.ts') = await import(
  built('models/local-embedder.js')
);

export interface SeedSession {
  messages: number;
  longTermMemory?: boolean;
  crossSessionMemory?: boolean;
  /** Default: `instant`. */
  model?: string;
}

interface Sentence {
  text: string;
  vector: Float32Array;
}

interface Pool {
  model: string;
  USER: Sentence[];
  ASSISTANT: Sentence[];
}

/** The server's one viewer where there is no login. */
const VIEWER = 'local';
const FIRST_SAID_AT = Date.UTC(2026, 0, 1);
const APART_MS = 120_000;

let pool: Promise<Pool> | null = null;

/** @returns the sessions' ids, in this order */
export async function seed(file: string, sessions: readonly SeedSession[], poolSize: number): Promise<string[]> {
  pool ??= embeddedPool(poolSize);
  const known = await pool;
  const orm = await openOrm(`sqlite:${file}`, entities);
  await orm.close(true);
  const database = new Database(file);
  database.pragma('synchronous = off');
  database.pragma('foreign_keys = off');
  const insert = statementsOf(database);
  const random = chance(1);
  const ids = database.transaction(() => sessions.map((session) => insertSession(insert, session, known, random)))();
  database.pragma('wal_checkpoint(truncate)');
  database.close();
  return ids;
}

async function embeddedPool(size: number): Promise<Pool> {
  const random = chance(2);
  const embedder = new LocalEmbedder();
  const embedded = async (side: 'USER' | 'ASSISTANT'): Promise<Sentence[]> => {
    const texts = sentences(side, size, random);
    const { vectors } = await embedder.embed(texts, AbortSignal.timeout(300_000));
    return texts.map((text, at) => ({ text, vector: vectors[at] ?? new Float32Array() }));
  };
  const [user, assistant] = [await embedded('USER'), await embedded('ASSISTANT')];
  await embedder.close();
  return { model: embedder.model, USER: user, ASSISTANT: assistant };
}

type Statements = ReturnType<typeof statementsOf>;

const statementsOf = (database: Database.Database) => ({
  session: database.prepare(
    `insert into chat_session (id, user_id, title, title_is_automatic, model, tags, long_term_memory,
      cross_session_memory, message_count, created_at, updated_at) values (?, ?, 'A session', 0, ?, '[]', ?, ?, ?, ?, ?)`,
  ),
  scope: database.prepare('insert into memory_scope (user_id, session_id) values (?, ?)'),
  message: database.prepare(
    `insert into chat_message (id, user_id, session_id, seq, role, status, content, tokens, reply_to_id, model,
      created_at, ended_at) values (?, ?, ?, ?, ?, 'COMPLETE', ?, ?, ?, ?, ?, ?)`,
  ),
  chunk: database.prepare(
    `insert into chunk (user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, said_at,
      embedding_model, embedding) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
  ),
  posting: database.prepare('insert into chunk_term (scope_id, term, chunk_id, tf) values (?, ?, ?, ?)'),
});

function insertSession(insert: Statements, session: SeedSession, known: Pool, random: () => number): string {
  const { messages, longTermMemory = true, crossSessionMemory = false, model = 'instant' } = session;
  const id = v7();
  const switches = [longTermMemory, crossSessionMemory].map(Number);
  insert.session.run(id, VIEWER, model, ...switches, messages, FIRST_SAID_AT, FIRST_SAID_AT + messages * APART_MS);
  const scopeId = longTermMemory ? insert.scope.run(VIEWER, id).lastInsertRowid : null;
  let before: string | null = null;
  for (let seq = 1; seq <= messages; seq++) {
    const role = seq % 2 === 1 ? 'USER' : 'ASSISTANT';
    const said = Array.from({ length: 1 + Math.floor(random() * 3) }, () => oneOf(known[role], random)).filter(
      (sentence) => sentence !== undefined,
    );
    const text = said.map((sentence) => sentence.text).join(' ');
    const saidAt = FIRST_SAID_AT + seq * APART_MS;
    const messageId = v7();
    const replyTo = role === 'ASSISTANT' ? before : null;
    const by = role === 'ASSISTANT' ? model : null;
    insert.message.run(messageId, VIEWER, id, seq, role, text, countTokens(text), replyTo, by, saidAt, saidAt);
    before = messageId;
    if (scopeId === null) continue;
    const embedding = meanOf(said.map((sentence) => sentence.vector));
    for (const [position, piece] of splitText(text).entries()) {
      const { words, frequencies } = countTerms(piece.text);
      const { lastInsertRowid: chunkId } = insert.chunk.run(
        ...[VIEWER, scopeId, messageId, seq, position, piece.start, piece.text, countTokens(piece.text), words],
        ...[role, saidAt, known.model, embedding],
      );
      for (const [term, frequency] of frequencies) insert.posting.run(scopeId, term, chunkId, frequency);
    }
  }
  return id;
}

/** At unit length, as the column has it. */
function meanOf(vectors: readonly Float32Array[]): Buffer {
  const sum = new Float32Array(vectors[0]?.length ?? 0);
  for (const vector of vectors) for (const [at, x] of vector.entries()) sum[at] = (sum[at] ?? 0) + x;
  const length = Math.hypot(...sum);
  return Buffer.from(sum.map((x) => x / length).buffer);
}
