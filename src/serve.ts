import type { Config } from './config.ts';
import { createApp } from './create-app.ts';
import { createHttpServer } from './http/server.ts';
import type { Logger } from './logger.ts';
import { createSchema } from './schema.ts';

/** Listens until the process is asked to stop, then drains and exits. A second signal does not wait. */
export async function serve(config: Config, log: Logger): Promise<void> {
  const app = await createApp(config, log);
  const server = await createHttpServer(app, createSchema());
  let url: string;
  try {
    url = await server.listen();
  } catch (error) {
    await app.close();
    throw error;
  }
  log.info({ url, database: config.databaseUrl, model: app.chat.models[0]?.id }, 'listening');
  console.error(`Carryover is ready at ${url}/graphql`);
  warmUp(app.embedder, log);

  let isStopping = false;
  const stop = async (signal: string) => {
    if (isStopping) process.exit(1);
    isStopping = true;
    log.info({ signal, replies: app.replies.all().length }, 'draining');
    await server.drain(() => app.endReplies(config.drainSeconds * 1000));
    await app.close();
    log.info({}, 'stopped');
    process.exit(0);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
}

/** The first question should not wait for the model to load. */
function warmUp(embedder: { warm?: () => Promise<void> }, log: Logger): void {
  embedder.warm?.().catch((error: unknown) => log.warn({ err: error }, 'the embedding model could not be loaded yet'));
}
