import { parseArgs } from 'node:util';
import { loadEnvFile, readConfig } from './config.ts';
import { backUp } from './db/back-up.ts';

const USAGE = 'Usage: npm run backup -- FILE';

/** Copies the database to a file, also while a server uses it. What is wrong goes to stderr, with exit code 1. */
async function main(): Promise<void> {
  const { positionals } = parseArgs({ allowPositionals: true });
  const [file, ...others] = positionals;
  if (!file || others.length > 0) throw new RangeError(USAGE);
  loadEnvFile();
  const { databaseUrl } = readConfig(process.env);
  const stop = new AbortController();
  const stopped = () => stop.abort(new Error('Stopped. There is no copy.'));
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, stopped);
  const bytes = await backUp(databaseUrl, file, stop.signal);
  process.stdout.write(`${file}: ${bytes} bytes\n`);
}

try {
  await main();
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
