import { Client } from 'pg';
import { connectionString } from '../../db/postgres-driver.ts';
import type { Logger } from '../../logger.ts';
import { buildEmbeddingIndex } from './build-embedding-index.ts';

const LOOK_MS = 600_000;
const CONNECT_TIMEOUT_MS = 5_000;

/**
 * Looks at once, and then every ten minutes, whether PostgreSQL needs an index of the embeddings, and has it built: over a
 * connection of its own, because that may take minutes.
 *
 * @param url of a server that keeps a session for each connection
 * @returns what ends it; a server that builds goes on
 */
export function keepEmbeddingIndex({
  url,
  log,
  model,
}: {
  url: string;
  log: Logger;
  model: string;
}): () => Promise<void> {
  let client: Client | null = null;
  let isStopped = false;
  const look = async () => {
    if (isStopped) return;
    const begun = performance.now();
    const own = new Client({
      connectionString: connectionString(url),
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      keepAlive: true,
      application_name: 'carryover',
    });
    // What goes wrong with the connection fails the statement too.
    own.on('error', () => undefined);
    client = own;
    try {
      await own.connect();
      await own.query('set statement_timeout = 0');
      const index = await buildEmbeddingIndex(own, model);
      const durationMs = Math.round(performance.now() - begun);
      if (index) log.info({ index, model, durationMs }, 'an index of embeddings was built');
    } catch (error) {
      if (!isStopped) log.warn({ err: error }, 'an index of embeddings could not be looked after');
    } finally {
      await own.end().catch(() => undefined);
    }
  };
  let last = look();
  const timer = setInterval(() => {
    last = last.then(look);
  }, LOOK_MS);
  timer.unref();
  return async () => {
    isStopped = true;
    clearInterval(timer);
    // Who waits for a connection is not told that it was ended before it was made.
    await Promise.race([last, client?.end().catch(() => undefined)]);
  };
}
