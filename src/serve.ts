import type { Config } from './config.ts';
import { createApp, type RunningApp } from './create-app.ts';
import { databaseName } from './db/database-name.ts';
import { createHttpServer, type HttpServer } from './http/server.ts';
import { BUILT_APP } from './http/web.ts';
import type { Logger } from './logger.ts';
import { createSchema } from './schema.ts';

/** Ctrl-C under npm comes twice at once, from the terminal and from npm: that is one wish to stop. */
const SAME_SIGNAL_MS = 300;

/** Listens until the process is asked to stop, then drains and exits. A second signal does not wait. */
export async function serve(config: Config, log: Logger): Promise<void> {
  const app = await createApp(config, log);
  const { server, url } = await listen(app).catch(async (error: unknown) => {
    await app.close();
    throw error;
  });
  log.info({ url, database: databaseName(config.databaseUrl), model: app.chat.models[0]?.id }, 'listening');
  console.error(
    config.role === 'worker'
      ? `Carryover's worker is ready at ${url}`
      : `Carryover is ready at ${url}/graphql\nOpen ${url} in a browser to talk to it.`,
  );
  warmUp(app.embedder, log);

  let askedAt: number | null = null;
  const stop = async (signal: string) => {
    if (askedAt !== null && performance.now() - askedAt > SAME_SIGNAL_MS) process.exit(1);
    if (askedAt !== null) return;
    askedAt = performance.now();
    log.info({ signal, replies: app.replies.all().length }, 'draining');
    await server.drain(() => app.endReplies(config.drainSeconds * 1000));
    await app.close();
    log.info({}, 'stopped');
    process.exit(0);
  };
  const failed = (error: unknown) => {
    log.error({ err: error }, 'could not stop in good order');
    process.exit(1);
  };
  // Node would print the message, which may quote somebody.
  process.on('uncaughtException', (error) => {
    log.error({ err: error }, 'an error that nobody caught ends the process');
    process.exit(1);
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal).catch(failed));
}

async function listen(app: RunningApp): Promise<{ server: HttpServer; url: string }> {
  const server = await createHttpServer(app, createSchema(), BUILT_APP);
  return { server, url: await server.listen() };
}

/** The first question should not wait for the model to load. */
function warmUp(embedder: { warm?: () => Promise<void> }, log: Logger): void {
  embedder.warm?.().catch((error: unknown) => log.warn({ err: error }, 'the embedding model could not be loaded yet'));
}
