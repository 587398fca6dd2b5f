import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PGliteDialect } from 'kysely';
import { Client } from 'pg';
import { inject, onTestFinished } from 'vitest';
import { connectOrm, type DatabaseOptions, type Orm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { isPglite, testDialect } from './test-database.ts';

/** Whether there is a PostgreSQL of its own, which other processes reach. */
export const hasServer = testDialect === 'postgres' && !isPglite;

interface EmptyDatabase {
  on: string;
  /** With nothing in it, not even a table of migrations. Ends with the test. */
  connect(): Promise<Orm>;
}

/** Of each kind there is here. PostgreSQL in this process is always there. */
export const emptyDatabases: readonly EmptyDatabase[] = [
  { on: 'SQLite', connect: () => connectedTo('sqlite::memory:') },
  { on: 'PGlite', connect: connectToPglite },
  ...(hasServer ? [{ on: 'PostgreSQL', connect: async () => connectedTo(await emptyServerDatabase()) }] : []),
];

async function connectToPglite(): Promise<Orm> {
  const pglite = await PGlite.create({ extensions: { vector } });
  return connectedTo('postgresql://pglite/postgres', { driverOptions: () => new PGliteDialect({ pglite }) });
}

async function connectedTo(url: string, options?: DatabaseOptions): Promise<Orm> {
  const orm = await connectOrm(url, entities, options);
  onTestFinished(() => orm.close(true));
  return orm;
}

let made = 0;

/** The URL of a database with nothing in it, which ends with the test. Only where there is a server. */
export async function emptyServerDatabase(options = ''): Promise<string> {
  made += 1;
  const name = `${inject('postgres').template}_empty_${process.pid}_${made}`;
  await onServer(`create database ${name} ${options}`);
  onTestFinished(async () => {
    await onServer(`drop database ${name} with (force)`);
  });
  return Object.assign(new URL(serverUrl()), { pathname: name }).href;
}

const serverUrl = (): string => process.env.TEST_DATABASE_URL ?? '';

/** @returns the rows of the last statement */
export async function onServer(sql: string, url: string = serverUrl()): Promise<Record<string, unknown>[]> {
  const client = await connectedClient(url);
  try {
    return [await client.query(sql)].flat().at(-1)?.rows ?? [];
  } finally {
    await client.end();
  }
}

export async function connectedClient(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}
