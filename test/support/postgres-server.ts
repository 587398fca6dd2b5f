import { execFile, execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import { openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';

/** A PostgreSQL of a test's own, with pgvector, that it may crash. */
export interface PostgresServer {
  /** The same after every start. User and database are there already. */
  url: string;
  port: number;
  /** Kills all of its processes at once; settles when they are gone. */
  crash(): Promise<void>;
  /** Settles when it answers, what a crash left having been recovered. */
  start(): Promise<void>;
  /** In good order; clients are disconnected. */
  stop(): Promise<void>;
  /** Runs one statement, as its superuser; the rows, a line each. */
  sql(statement: string): Promise<string[]>;
}

const program = fileURLToPath(new URL('pgvector-server', import.meta.url));
const run = promisify(execFile);

/** Why there can be none here; null where there can. */
export const NO_POSTGRES = ((): string | null => {
  const url = process.env.TEST_DATABASE_URL ?? '';
  if (!/^postgres(ql)?:\/\//.test(url)) return 'TEST_DATABASE_URL names no PostgreSQL';
  if (process.getuid?.() !== 0) return 'test/support/pgvector-server needs root';
  return null;
})();

let started = 0;
const running = new Set<string>();
process.once('exit', () => {
  for (const name of running) execFileSync(program, ['remove', name], { stdio: 'ignore' });
});

/** Starts one that ends with the test, data and all. */
export async function startPostgres(): Promise<PostgresServer> {
  started += 1;
  const name = `test-${process.pid}-${started}`;
  const call = async (verb: string, ...more: string[]) => (await run(program, [verb, name, ...more])).stdout.trim();
  running.add(name);
  onTestFinished(async () => {
    await call('remove');
    running.delete(name);
  });
  const url = await call('start');
  return {
    url,
    port: Number(new URL(url).port),
    crash: async () => void (await call('kill')),
    start: async () => void (await call('start')),
    stop: async () => void (await call('stop')),
    sql: async (statement) => (await call('psql', '-Atqc', statement)).split('\n').filter((line) => line !== ''),
  };
}

/** One with the tables of the server. */
export async function migratedPostgres(): Promise<PostgresServer> {
  const postgres = await startPostgres();
  const orm = await openOrm(postgres.url, entities);
  await orm.close(true);
  return postgres;
}
