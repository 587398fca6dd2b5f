import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type ModelServer, startModelServer } from './model-server.ts';
import { type ServerProcess, startServer, temporaryFolder } from './server-process.ts';

/** A database file and a model server that outlive the servers of a test. */
export interface World {
  file: string;
  model: ModelServer;
  start(env?: NodeJS.ProcessEnv): Promise<ServerProcess>;
}

export async function createWorld(): Promise<World> {
  const file = path.join(temporaryFolder(), 'carryover.db');
  const model = await startModelServer();
  onTestFinished(() => model.close());
  const env = {
    DATABASE_URL: `sqlite:${file}`,
    OPENAI_BASE_URL: model.url,
    CHAT_MODELS: 'test-model',
    EMBEDDINGS: 'openai',
    EMBEDDING_MODEL: 'test-embedding',
  };
  return { file, model, start: (more) => startServer({ env: { ...env, ...more } }) };
}
