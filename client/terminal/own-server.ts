import { loadEnvFile, readConfig } from '../../src/config.ts';
import type { Config } from '../../src/config-values.ts';
import { createApp } from '../../src/create-app.ts';
import { databaseName } from '../../src/db/database-name.ts';
import { whyUnusable } from '../../src/db/why-unusable.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { BUILT_APP } from '../../src/http/web.ts';
import { createLogger } from '../../src/logger.ts';
import { createSchema } from '../../src/schema.ts';

export interface OwnServer {
  url: string;
  /** Where it keeps what is said, for people to read. */
  database: string;
  /** Lets running replies end, as a server does that is stopped. */
  stop(): Promise<void>;
}

/** Another process uses the database file, and nobody answers where it should. */
export class DatabaseTakenError extends Error {
  override readonly name = 'DatabaseTakenError';
}

export function readServerConfig(env: NodeJS.ProcessEnv): Config {
  loadEnvFile();
  return readConfig(env);
}

/**
 * The server in this process, over the same data as `npm start`, without a log.
 *
 * @throws DatabaseTakenError, or Error with a sentence for whoever started it
 */
export async function startOwnServer(config: Config): Promise<OwnServer> {
  const app = await createApp(config, createLogger('silent')).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'DatabaseInUseError') throw new DatabaseTakenError(error.message);
    throw new Error(whyUnusable(error, config.databaseUrl) ?? String(error), { cause: error });
  });
  try {
    const server = await createHttpServer(app, createSchema(), BUILT_APP);
    const url = await server.listen();
    // The first question should not wait for the model to load.
    app.embedder.warm?.().catch(() => undefined);
    return {
      url,
      database: databaseName(config.databaseUrl),
      async stop() {
        await server.drain(() => app.endReplies(config.drainSeconds * 1000));
        await app.close();
      },
    };
  } catch (error) {
    await app.close();
    throw error;
  }
}
