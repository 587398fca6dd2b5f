import { createHash } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import Database from 'better-sqlite3';
import type { Embedder, Embeddings } from '../../src/models/embedder.ts';

const folder = fileURLToPath(new URL('../../node_modules/.cache/carryover-bench', import.meta.url));

/** The same embeddings, each made once: what a model makes of a text does not change. Nothing of a text is kept but its hash. */
export function cachedEmbedder(embedder: Embedder): Embedder {
  mkdirSync(folder, { recursive: true });
  const database = new Database(`${folder}/embeddings.db`);
  database.pragma('journal_mode = wal');
  database.exec('create table if not exists embedding (key text primary key, vector blob not null) without rowid');
  const find = database.prepare<[string], { vector: Buffer }>('select vector from embedding where key = ?');
  const keep = database.prepare('insert or replace into embedding (key, vector) values (?, ?)');
  const keyOf = (text: string) =>
    createHash('sha256')
      .update(JSON.stringify([embedder.model, embedder.maxTokens, text]))
      .digest('base64');
  const known = (text: string): Float32Array | null => {
    const row = find.get(keyOf(text));
    return row ? new Float32Array(new Uint8Array(row.vector).buffer) : null;
  };

  return {
    model: embedder.model,
    maxTokens: embedder.maxTokens,
    async embed(texts, signal): Promise<Embeddings> {
      const missing = [...new Set(texts.filter((text) => known(text) === null))];
      const { vectors, inputTokens } = await embedder.embed(missing, signal);
      database.transaction(() => {
        for (const [at, text] of missing.entries()) keep.run(keyOf(text), bytesOf(vectors[at] ?? new Float32Array()));
      })();
      return { vectors: texts.map((text) => known(text) ?? new Float32Array()), inputTokens };
    },
    async close() {
      database.close();
      await embedder.close();
    },
  };
}

const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): Buffer =>
  Buffer.from(buffer, byteOffset, byteLength);
