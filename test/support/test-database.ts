import path from 'node:path';
import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import { type DatabaseOptions, type Orm, openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { startPglite } from './pglite.ts';
// What it provides is typed there.
import type {} from './postgres-template.ts';
import { temporaryFolder } from './server-process.ts';

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
  /** Takes it from whoever is connected to it, for good. Only PostgreSQL's. */
  drop(): Promise<void>;
}

const IN_MEMORY: TestDatabase = {
  url: 'sqlite::memory:',
  release: async () => undefined,
  drop: () => Promise.reject(new Error('A database in memory goes with its connection.')),
};

/** A database of PostgreSQL as the tests reach it beside the app. */
export interface PostgresDatabase {
  url: string;
  driverOptions?: DatabaseOptions['driverOptions'];
  /** @param sql one statement or several; @returns the rows of the last */
  execute(sql: string): Promise<Record<string, unknown>[]>;
  drop(): Promise<void>;
}

/** What earlier tests of this process gave back: emptied, which is faster than made anew. */
const free: TestDatabase[] = [];
let made = 0;

export async function testDatabase(): Promise<TestDatabase> {
  if (testDialect === 'sqlite') return IN_MEMORY;
  return free.pop() ?? reusable(isPglite ? await startPglite() : await createOnServer());
}

export interface TestOrm {
  orm: Orm;
  /** Takes its database away, for good. */
  lose(): Promise<void>;
  close(): Promise<void>;
}

/** An ORM on a database of its own. */
export async function openTestOrm(): Promise<TestOrm> {
  const { url, driverOptions, drop, release } = await testDatabase();
  const orm = await openOrm(url, entities, { driverOptions });
  return {
    orm,
    lose: () => (testDialect === 'sqlite' ? orm.close(true) : drop()),
    async close() {
      await orm.close(true);
      await release();
    },
  };
}

/** One that outlives the apps on it, and ends with the test; where it is SQLite's, in a file of this folder. */
export async function keptDatabase(): Promise<TestDatabase & { folder: string | null }> {
  if (testDialect === 'sqlite') {
    const folder = temporaryFolder();
    return { ...IN_MEMORY, folder, url: `sqlite:${path.join(folder, 'all.db')}` };
  }
  const database = await testDatabase();
  onTestFinished(() => database.release());
  return { folder: null, ...database };
}

/** The URL of a database for programs of their own, which ends with the test. Only where there is a server. */
export async function serverDatabase(): Promise<string> {
  const { url, drop } = await createOnServer();
  onTestFinished(drop);
  return url;
}

/** What a test commits need not outlive a crash of the server. */
const DO_NOT_WAIT_FOR_THE_DISK = `do $$ begin
  execute format('alter database %I set synchronous_commit = off', current_database());
end $$`;

const TABLES = entities.map((entity) => entity.meta.tableName);

async function reusable({ url, driverOptions, execute, drop }: PostgresDatabase): Promise<TestDatabase> {
  if (!isPglite) await execute(DO_NOT_WAIT_FOR_THE_DISK);
  const migrated = await shapeOf(execute);
  let isDropped = false;
  const database: TestDatabase = {
    url,
    driverOptions,
    async drop() {
      isDropped = true;
      await drop();
    },
    async release() {
      if (isDropped) return;
      // A test has changed more than rows, and may have meant to.
      if ((await shapeOf(execute)) !== migrated) return drop();
      await execute(TABLES.map((table) => `delete from ${table}`).join(';'));
      free.push(database);
    },
  };
  return database;
}

/** Of all that migrations make and a test might change. */
async function shapeOf(execute: PostgresDatabase['execute']): Promise<unknown> {
  const [row] = await execute(`select md5(string_agg(part, ',' order by part)) as shape from (
    select c.relname || '.' || a.attname || ' ' || a.atttypid || a.attnotnull as part
      from pg_class c join pg_attribute a on a.attrelid = c.oid
      where c.relnamespace = current_schema()::regnamespace and not a.attisdropped
    union all select tgname from pg_trigger where not tgisinternal
  ) parts`);
  return row?.shape;
}

async function createOnServer(): Promise<PostgresDatabase> {
  const { template } = inject('postgres');
  const server = process.env.TEST_DATABASE_URL ?? '';
  made += 1;
  const name = `${template}_${process.pid}_${made}`;
  const url = Object.assign(new URL(server), { pathname: name }).href;
  await onServer(`create database ${name} template ${template}`);
  return {
    url,
    execute: (sql) => onServer(sql, url),
    drop: async () => {
      await onServer(`drop database if exists ${name} with (force)`);
    },
  };
}

/** @param url default: of a database that is none of the tests' */
export async function onServer(sql: string, url = process.env.TEST_DATABASE_URL): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return [await client.query(sql)].flat().at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}
