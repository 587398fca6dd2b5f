import { PGlite } from '@electric-sql/pglite';
import { vector } from '@electric-sql/pglite-pgvector';
import { PostgresDialect, type PostgresPool, type PostgresPoolClient } from 'kysely';
import { type DatabaseOptions, type Orm, openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import type { PostgresDatabase } from './test-database.ts';

/** As the driver of the server gives numbers. */
const PARSERS = { 20: Number, 1700: Number };

const pools = new Map<DatabaseOptions['driverOptions'], PostgresPool>();

/** By which `orm` talks to PostgreSQL in this process, if it does. */
export const pglitePoolOf = (orm: Orm): PostgresPool | undefined => pools.get(orm.config.get('driverOptions'));

/** PostgreSQL in this process, migrated. */
export async function startPglite(): Promise<PostgresDatabase> {
  const pglite = await PGlite.create({ extensions: { vector }, parsers: PARSERS });
  const url = 'postgresql://pglite/postgres';
  const pool = poolOfOne(pglite);
  const driverOptions = () => new PostgresDialect({ pool });
  pools.set(driverOptions, pool);
  await (await openOrm(url, entities, { driverOptions })).close(true);
  return {
    url,
    driverOptions,
    execute: async (sql) => (await pglite.exec(sql)).at(-1)?.rows ?? [],
    async drop() {
      pools.delete(driverOptions);
      await pglite.close();
    },
  };
}

/** One connection, which each waits for until all before have given it back, and which outlives who used it. */
function poolOfOne(pglite: PGlite): PostgresPool {
  let last = Promise.resolve();
  return {
    options: {},
    async connect() {
      const before = last;
      const { promise, resolve } = Promise.withResolvers<void>();
      last = promise;
      await before;
      return {
        query: (sql: string, parameters: readonly unknown[]) => queryAsPg(pglite, sql, parameters),
        release: resolve,
      } as PostgresPoolClient;
    },
    end: async () => undefined,
  };
}

async function queryAsPg(pglite: PGlite, sql: string, parameters: readonly unknown[]) {
  const { rows, affectedRows = 0 } = await pglite.query(sql, parameters.map(asPg));
  // Of any command but these the driver does not read how many rows there were.
  return { command: 'UPDATE', rowCount: affectedRows, rows };
}

/** PGlite writes years before the first, and of more than four digits, as PostgreSQL does not read them. */
function asPg(parameter: unknown): unknown {
  if (!(parameter instanceof Date)) return parameter;
  const year = parameter.getUTCFullYear();
  const text = parameter.toISOString();
  const afterYear = text.slice(text.indexOf('-', 1));
  return year > 0
    ? `${String(year).padStart(4, '0')}${afterYear}`
    : `${String(1 - year).padStart(4, '0')}${afterYear} BC`;
}
