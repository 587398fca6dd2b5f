import { parseArgs } from 'node:util';
import { type Config, loadEnvFile, readConfig } from './config.ts';
import { databaseName } from './db/database-name.ts';
import { dialectOf } from './db/dialect.ts';
import { lookAtServer, refuseUnsuitable } from './db/look-at-server.ts';
import { connectOrm, type Orm } from './db/orm.ts';
import { ownDatabaseSoon } from './db/own-database.ts';
import { VIEWER_ROLE } from './db/viewer-role.ts';
import { whyUnusable } from './db/why-unusable.ts';
import { entities } from './entities.ts';

const USAGE = 'Usage: npm run migrate';
/** For other processes that migrate the same file. */
const PATIENCE_MS = 10_000;

/** Brings the database up to date, and says what it found. What is wrong goes to stderr, with exit code 1. */
async function main({ databaseUrl }: Pick<Config, 'databaseUrl'>): Promise<void> {
  tell(`Database: ${databaseName(databaseUrl)}`);
  const release = await ownDatabaseSoon(databaseUrl, PATIENCE_MS, () => tell('Another process uses it. Waiting.'));
  try {
    const orm = await connectOrm(databaseUrl, entities, { poolSize: 1 });
    try {
      await (dialectOf(databaseUrl) === 'postgres' ? migratePostgres(orm) : migrateSqlite(orm));
    } finally {
      await orm.close(true);
    }
  } finally {
    release();
  }
}

async function migratePostgres(orm: Orm): Promise<void> {
  const before = await lookAtServer(orm);
  tell(`PostgreSQL ${before.version} answers.`);
  refuseUnsuitable(before);
  tell(before.pgvector ? `pgvector ${before.pgvector} is there.` : 'pgvector is not in the database yet.');
  await migrate(orm);
  const { pgvector, hasViewerRole } = await lookAtServer(orm);
  if (pgvector !== before.pgvector) tell(`pgvector ${pgvector} was added.`);
  tell(hasViewerRole ? `The role ${VIEWER_ROLE} is there.` : `There is no role ${VIEWER_ROLE}.`);
}

async function migrateSqlite(orm: Orm): Promise<void> {
  const [{ version } = { version: '' }] = await orm.em.fork().execute('select sqlite_version() as version');
  tell(`SQLite ${version} opens it.`);
  await migrate(orm);
}

async function migrate({ migrator }: Orm): Promise<void> {
  const applied = await migrator.up();
  for (const { name } of applied) tell(`Applied ${name}.`);
  if (applied.length === 0) tell('Nothing to apply: it is up to date.');
}

const tell = (sentence: string) => process.stdout.write(`${sentence}\n`);

function fail(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = 1;
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

try {
  if (parseArgs({ allowPositionals: true }).positionals.length > 0) throw new RangeError(USAGE);
  loadEnvFile();
  const config = readConfig(process.env);
  await main(config).catch((error: unknown) => fail(whyUnusable(error, config.databaseUrl) ?? messageOf(error)));
} catch (error) {
  fail(messageOf(error));
}
// A server that waits for a password is still connected: it would be waited for in turn.
process.exit();
