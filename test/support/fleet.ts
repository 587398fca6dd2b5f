import { Client } from 'pg';
import { onTestFailed, onTestFinished } from 'vitest';
import { LOAD_SECRET, type Process } from './chat-load.ts';
import type { Query } from './final-state.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { type ServerProcess, startServer } from './server-process.ts';

/** Several servers over one PostgreSQL, with a model server beside them. */
export interface Fleet {
  model: ModelServer;
  servers: ServerProcess[];
  /** As the load knows them: also those that were killed, until another took their place. */
  processes(): Process[];
  /** Starts another server in the place of one that is gone. */
  replace(at: number): Promise<ServerProcess>;
  /** Asks the database itself, past whatever stands between it and the servers. */
  query: Query;
}

export interface FleetOptions {
  databaseUrl: string;
  /** Default: 3. */
  size?: number;
  /** What is special about each server, as its way to the database. */
  env?: (at: number) => NodeJS.ProcessEnv;
}

export async function startFleet({ databaseUrl, size = 3, env = () => ({}) }: FleetOptions): Promise<Fleet> {
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const all: ServerProcess[] = [];
  onTestFailed(() => {
    for (const server of all) console.error(`Server ${server.pid} complained of\n${countedBy(server.complaints())}`);
  });
  const start = async (at: number) => {
    const server = await startServer({
      env: {
        DATABASE_URL: databaseUrl,
        OPENAI_BASE_URL: model.url,
        CHAT_MODELS: 'test-model',
        EMBEDDINGS: 'openai',
        EMBEDDING_MODEL: 'test-embedding',
        SUMMARIZE: 'never',
        AUTH_JWT_SECRET: LOAD_SECRET,
        ...env(at),
      },
    });
    all.push(server);
    return server;
  };
  const servers = await Promise.all(Array.from({ length: size }, (_, at) => start(at)));
  return {
    model,
    servers,
    processes: () => servers.map(({ url, pid }, at) => ({ name: `p${at + 1} (${pid})`, url })),
    async replace(at) {
      const server = await start(at);
      servers[at] = server;
      return server;
    },
    query: (sql) => queryOnce(databaseUrl, sql),
  };
}

/** How often it said what, and with which errors. */
function countedBy(lines: string[]): string {
  const told = lines.map((line) => {
    const { msg, err, error } = JSON.parse(line);
    return [msg, error ?? `${err?.name ?? ''} ${err?.code ?? ''} ${err?.at?.[0] ?? ''}`].join(': ');
  });
  return [...Map.groupBy(told, (line) => line)].map(([line, { length }]) => `  ${length} × ${line}`).join('\n');
}

/** On a connection of its own, so that what breaks others breaks nothing here. */
async function queryOnce(connectionString: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}
