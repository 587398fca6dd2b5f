import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGliteDialect } from 'kysely';
import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import { type DatabaseOptions, forkEm, type Orm, openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';

/** What the tests run on: `TEST_DATABASE_URL` names a server, or is `pglite`; SQLite without it. */
export const testDialect = process.env.TEST_DATABASE_URL ? 'postgres' : 'sqlite';
/** PostgreSQL in the process of the tests has one connection, and no server. */
export const isPglite = process.env.TEST_DATABASE_URL === 'pglite';

/** An empty, migrated database that nobody else uses. */
export interface TestDatabase {
  url: string;
  driverOptions?: DatabaseOptions['driverOptions'];
  /** For the next test. */
  release(): Promise<void>;
}

/** What earlier tests of this process gave back: emptied, which is faster than made anew. */
const free: TestDatabase[] = [];
let made = 0;

export async function testDatabase(): Promise<TestDatabase> {
  if (testDialect === 'sqlite') return { url: 'sqlite::memory:', release: async () => undefined };
  const database = free.pop();
  if (database) return database;
  return isPglite ? madeInProcess() : madeOnServer();
}

/** An ORM on a database of its own. */
export async function openTestOrm(): Promise<{ orm: Orm; close(): Promise<void> }> {
  const { url, driverOptions, release } = await testDatabase();
  const orm = await openOrm(url, entities, { driverOptions });
  return {
    orm,
    async close() {
      await orm.close(true);
      await release();
    },
  };
}

/** The URL of a database for programs of their own, which ends with the test. Only where there is a server. */
export async function serverDatabase(): Promise<string> {
  const database = await madeOnServer();
  onTestFinished(() =>
    onServer((client) => client.query(`drop database if exists ${nameOf(database.url)} with (force)`)),
  );
  return database.url;
}

async function madeOnServer(): Promise<TestDatabase> {
  const { template } = inject('postgres');
  const url = new URL(process.env.TEST_DATABASE_URL ?? '');
  made += 1;
  url.pathname = `${template}_${process.pid}_${made}`;
  await onServer((client) => client.query(`create database ${nameOf(url.href)} template ${template}`));
  const database = { url: url.href, release: () => giveBack(database) };
  return database;
}

async function madeInProcess(): Promise<TestDatabase> {
  const pglite = await PGlite.create({ extensions: { vector } });
  const url = 'postgresql://pglite/postgres';
  const database = { url, driverOptions: () => new PGliteDialect({ pglite }), release: () => giveBack(database) };
  return database;
}

async function giveBack(database: TestDatabase): Promise<void> {
  const orm = await openOrm(database.url, entities, database);
  const tables = [...orm.getMetadata()].map(({ tableName }) => tableName);
  await forkEm(orm).transactional(async (em) => {
    for (const table of tables) await em.execute(`delete from ${table}`);
  });
  await orm.close(true);
  free.push(database);
}

const nameOf = (url: string): string => new URL(url).pathname.slice(1);

async function onServer(run: (client: Client) => Promise<unknown>): Promise<void> {
  const client = new Client({ connectionString: process.env.TEST_DATABASE_URL });
  await client.connect();
  try {
    await run(client);
  } finally {
    await client.end();
  }
}
