import { existsSync } from 'node:fs';
import { setTimeout as after } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { v7 } from 'uuid';
import { type Config, loadEnvFile, readConfig } from './config.ts';
import { createModels, openDatabase } from './create-app.ts';
import { dialectOf } from './db/dialect.ts';
import { databaseFileOf, forkEm, type Orm } from './db/orm.ts';
import { whyUnusable } from './db/why-unusable.ts';
import { areRunning, releaseAll } from './jobs/leases.ts';
import { JobWorker } from './jobs/worker.ts';
import { createLogger } from './logger.ts';
import { embedTask } from './memory/index/embed.task.ts';
import { countStale, embedAnew } from './memory/index/embed-anew.ts';
import { embedDocumentTask } from './memory/index/embed-document.task.ts';
import type { Embedder } from './models/embedder.ts';

const USAGE = 'Usage: npm run reindex';
const TELL_MS = 2000;
/** For a server on the same database that embeds some of it. */
const AGAIN_MS = 500;

/**
 * Embeds anew what another model embedded, by the jobs that embed everything else: a run that was stopped is gone on with
 * by the next one, or by the server. Progress and what is wrong go to stderr; exit code 0 only where nothing is left.
 */
async function main(): Promise<number> {
  if (parseArgs({ allowPositionals: true }).positionals.length > 0) throw new RangeError(USAGE);
  loadEnvFile();
  const config = readConfig(process.env);
  return embedAllOf(config).catch((error: unknown) => {
    const sentence = whyUnusable(error, config.databaseUrl);
    throw sentence === null ? error : new Error(sentence, { cause: error });
  });
}

async function embedAllOf(config: Config): Promise<number> {
  refuseMissingFile(config.databaseUrl);
  const { orm, release } = await openDatabase(config);
  const { embedder } = createModels(config);
  try {
    return await embedAll(config, orm, embedder);
  } finally {
    await embedder.close();
    await orm.close(true);
    release();
  }
}

function refuseMissingFile(databaseUrl: string): void {
  if (dialectOf(databaseUrl) === 'postgres' || existsSync(databaseFileOf(databaseUrl))) return;
  throw new Error(`There is no database at ${databaseFileOf(databaseUrl)}. See DATABASE_URL.`);
}

async function embedAll(config: Config, orm: Orm, embedder: Embedder): Promise<number> {
  const stop = new AbortController();
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
  const remaining = () => countStale(forkEm(orm), embedder.model);
  if ((await remaining()) > 0) await tryOut(embedder, stop.signal);
  // On PostgreSQL what is leased may be a server's, which embeds it.
  if (dialectOf(config.databaseUrl) === 'sqlite') await releaseAll(forkEm(orm));
  await embedAnew(orm, embedder.model);
  const all = await remaining();
  tell(`${all} pieces are to be embedded by ${embedder.model}.`);

  const log = createLogger(config.logLevel === 'info' ? 'error' : config.logLevel, process.stderr);
  const deps = { orm, embedder, log, onIndexed: () => undefined };
  const tasks = [embedTask(deps), embedDocumentTask(deps)];
  const worker = new JobWorker({ orm, log, owner: v7(), admit: null }, tasks);
  const names = tasks.map(({ name }) => name);
  const done = async () => {
    for (;;) {
      await worker.idle();
      if (stop.signal.aborted || !(await areRunning(forkEm(orm), names))) return;
      await after(AGAIN_MS);
    }
  };
  const telling = setInterval(() => {
    remaining().then((left) => tell(`${all - left} of ${all}`), report);
  }, TELL_MS);
  worker.start();
  const stopped = new Promise((resolve) => stop.signal.addEventListener('abort', resolve, { once: true }));
  await Promise.race([done(), stopped]);
  await worker.stop();
  clearInterval(telling);

  const left = await remaining();
  tell(`${all - left} of ${all}`);
  if (stop.signal.aborted) tell('Stopped. Run it again to go on.');
  else if (left > 0)
    tell('The embedding model did not take the rest. Run it again, or start the server, which tries again.');
  return left > 0 ? 1 : 0;
}

/** Else a wrong key would be tried with every piece, and nobody be told of it. @throws what is wrong, in a sentence */
async function tryOut(embedder: Embedder, signal: AbortSignal): Promise<void> {
  try {
    await embedder.embed(['Are you there?'], signal);
  } catch (error) {
    if (signal.aborted) throw new Error('Stopped. Run it again to go on.', { cause: error });
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`${reason} Nothing was changed. See EMBEDDINGS and OPENAI_BASE_URL.`, { cause: error });
  }
}

const tell = (sentence: string) => process.stderr.write(`${sentence}\n`);
const report = (error: unknown) => tell(error instanceof Error ? error.message : String(error));

try {
  process.exitCode = await main();
} catch (error) {
  report(error);
  process.exitCode = 1;
}
// A server that waits for a password is still connected: it would be waited for in turn.
process.exit();
