// Fills a database with sessions as they would be after months of use, fast: rows are written in bulk, but split, counted
// and stemmed by the server's own functions, so that a message costs to search what it would cost had it been sent. The
// embeddings are the local model's, of a few hundred sentences; a message is some of these sentences, and its embedding
// the mean of theirs: near what the model would give, and of the same size.
import { v7 } from 'uuid';
import { built } from './built.ts';
import { postgresWriter } from './seed-postgres.ts';
import type { Pool, Sentence, SessionRows } from './seed-rows.ts';
import { sqliteWriter } from './seed-sqlite.ts';
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

const FIRST_SAID_AT = Date.UTC(2026, 0, 1);
const APART_MS = 120_000;

let pool: Promise<Pool> | null = null;

/**
 * @param url of an empty database
 * @returns the sessions' ids, in this order
 */
export async function seed(url: string, sessions: readonly SeedSession[], poolSize: number): Promise<string[]> {
  pool ??= embeddedPool(poolSize);
  const known = await pool;
  const orm = await openOrm(url, entities);
  await orm.close(true);
  const writer = url.startsWith('sqlite:')
    ? sqliteWriter(url.slice('sqlite:'.length), known)
    : await postgresWriter(url, known);
  const random = chance(1);
  const keys = { scope: 0, chunk: 0 };
  const ids: string[] = [];
  for (const session of sessions) {
    const rows = rowsOf(session, known, keys, random);
    await writer.write(rows);
    ids.push(rows.id);
  }
  await writer.close();
  return ids;
}

async function embeddedPool(size: number): Promise<Pool> {
  const random = chance(2);
  const embedder = new LocalEmbedder();
  const all: Float32Array[] = [];
  const embedded = async (side: 'USER' | 'ASSISTANT'): Promise<Sentence[]> => {
    const texts = sentences(side, size, random);
    const { vectors } = await embedder.embed(texts, AbortSignal.timeout(300_000));
    return texts.map((text, at) => ({ text, place: all.push(vectors[at] ?? new Float32Array()) - 1 }));
  };
  const [user, assistant] = [await embedded('USER'), await embedded('ASSISTANT')];
  await embedder.close();
  return { model: embedder.model, vectors: all, USER: user, ASSISTANT: assistant };
}

function rowsOf(
  { messages, longTermMemory = true, crossSessionMemory = false, model = 'instant' }: SeedSession,
  known: Pool,
  keys: { scope: number; chunk: number },
  random: () => number,
): SessionRows {
  const rows: SessionRows = {
    ...{ id: v7(), model, longTermMemory, crossSessionMemory, messages: [], chunks: [], postings: [] },
    ...{ createdAt: FIRST_SAID_AT, updatedAt: FIRST_SAID_AT + messages * APART_MS },
    scopeId: longTermMemory ? ++keys.scope : null,
  };
  for (let seq = 1; seq <= messages; seq++) {
    const role = seq % 2 === 1 ? 'USER' : 'ASSISTANT';
    const said = Array.from({ length: 1 + Math.floor(random() * 3) }, () => oneOf(known[role], random)).filter(
      (sentence) => sentence !== undefined,
    );
    const text = said.map((sentence) => sentence.text).join(' ');
    const message = {
      id: v7(),
      seq,
      role,
      text,
      tokens: countTokens(text),
      at: FIRST_SAID_AT + seq * APART_MS,
    } as const;
    const isReply = role === 'ASSISTANT';
    const replyToId = isReply ? (rows.messages.at(-1)?.id ?? null) : null;
    rows.messages.push({ ...message, replyToId, model: isReply ? model : null });
    if (rows.scopeId === null) continue;
    for (const [position, piece] of splitText(text).entries()) {
      const { words, frequencies } = countTerms(piece.text);
      const id = ++keys.chunk;
      rows.chunks.push({
        ...{ id, messageId: message.id, seq, position, start: piece.start, text: piece.text, role, at: message.at },
        ...{ tokens: countTokens(piece.text), terms: words, said: said.map(({ place }) => place) },
      });
      for (const [term, tf] of frequencies) rows.postings.push({ term, chunkId: id, tf });
    }
  }
  return rows;
}
