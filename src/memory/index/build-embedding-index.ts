import { type Client, escapeIdentifier } from 'pg';
import { EMBEDDING_INDEX_PREFIX, type EmbeddingIndex, embeddingIndex } from '../search/embedding-index.ts';

/** Fewer are all compared with the question: there is nothing left to find by an index. */
const MIN_CHUNKS = 10_000;
/** The embeddings made last tell of what length the model makes them. */
const LATEST = 1_000;
/** What one process holds while it builds, of all that use the database. */
const LOCK = 7_262_109;

/**
 * Builds the index of a model's embeddings where there are so many chunks that a search may need it and it is not there
 * yet, and drops those of models that have nothing in them any more. Others read and write meanwhile.
 *
 * @param client of a connection that keeps its session. Where it is cut, the server builds on and keeps the lock as long.
 * @returns the name of the index that was built
 */
export async function buildEmbeddingIndex(
  client: Pick<Client, 'query'>,
  model: string,
  minChunks = MIN_CHUNKS,
): Promise<string | null> {
  const { rows } = await client.query<{ isMine: boolean }>('select pg_try_advisory_lock($1) as "isMine"', [LOCK]);
  if (!rows[0]?.isMine) return null;
  try {
    await dropUseless(client);
    const index = await indexToBuild(client, model, minChunks);
    if (!index) return null;
    // Else the planner would take the index's condition to be met by one chunk in two hundred.
    await client.query('create statistics if not exists chunk_embedding_length on (vector_dims(embedding)) from chunk');
    await client.query('analyze chunk');
    await client.query(
      `create index concurrently ${escapeIdentifier(index.name)} on chunk
       using hnsw (${index.embedding} halfvec_cosine_ops) where ${index.condition}`,
    );
    return index.name;
  } finally {
    await client.query('select pg_advisory_unlock($1)', [LOCK]);
  }
}

/** By what the server remembers of the table's size: to count would read all of it. */
async function indexToBuild(
  client: Pick<Client, 'query'>,
  model: string,
  minChunks: number,
): Promise<EmbeddingIndex | null> {
  const { rows } = await client.query<{ dimensions: number }>(
    `select vector_dims(embedding) as dimensions
     from (select embedding, embedding_model from chunk order by id desc limit ${LATEST}) as latest
     where embedding_model = $1 and (select reltuples from pg_class where oid = 'chunk'::regclass) > $2 limit 1`,
    [model, minChunks],
  );
  const index = rows[0] ? embeddingIndex(model, rows[0].dimensions) : null;
  return index && !(await isThere(client, index.name)) ? index : null;
}

async function isThere(client: Pick<Client, 'query'>, name: string): Promise<boolean> {
  const { rows } = await client.query('select 1 from pg_index where indexrelid = to_regclass($1) and indisvalid', [
    name,
  ]);
  return rows.length > 0;
}

/** What an attempt left unfinished, whose place is taken though nothing uses it; and what holds nothing but gets in the way. */
async function dropUseless(client: Pick<Client, 'query'>): Promise<void> {
  const { rows } = await client.query<{ name: string }>(
    `select c.relname as name from pg_index i join pg_class c on c.oid = i.indexrelid
     where i.indrelid = 'chunk'::regclass and starts_with(c.relname, $1) and (not i.indisvalid or c.reltuples = 0)`,
    [EMBEDDING_INDEX_PREFIX],
  );
  for (const { name } of rows) await client.query(`drop index concurrently if exists ${escapeIdentifier(name)}`);
}
