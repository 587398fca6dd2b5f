import { fileURLToPath } from 'node:url';
import type { Options } from '@mikro-orm/core';
import { type AbstractSqlDriver, type SqlEntityManager, SqlMikroORM } from '@mikro-orm/sql';
import type { Kysely, Selectable } from 'kysely';
import type { entities } from '../entities.ts';
import { dialectOf } from './dialect.ts';
import { EntityPlugin } from './entity-plugin.ts';
import { Migrator } from './migrator.ts';
import { PostgresDriver } from './postgres-driver.ts';
import { SqliteVecDriver } from './sqlite-driver.ts';

type Entities = typeof entities;
export type Orm = SqlMikroORM<AbstractSqlDriver, SqlEntityManager<AbstractSqlDriver>, Entities[number][]>;
export type Em = Orm['em'];
type OrmOptions = Options<AbstractSqlDriver, SqlEntityManager<AbstractSqlDriver>, Entities[number][]>;

/** How the database is reached. */
export interface DatabaseOptions {
  /** Connections at most, on PostgreSQL. */
  poolSize?: number;
  /** PostgreSQL that says nothing for as long, though it was asked, is taken to be gone. Default: it is waited for. */
  silenceMs?: number;
  /** In place of a connection to the URL: PostgreSQL in this process. */
  driverOptions?: OrmOptions['driverOptions'];
}

/** @param url `sqlite:` and a path, or `sqlite::memory:` */
export const databaseFileOf = (url: string): string => url.slice('sqlite:'.length);

export function ormOptions(url: string, known: Entities, options: DatabaseOptions = {}): Partial<OrmOptions> {
  // The same distance from src/db and from dist/src/db.
  const migrations = fileURLToPath(new URL(`../../migrations/${dialectOf(url)}`, import.meta.url));
  return {
    entities: [...known],
    ...(dialectOf(url) === 'sqlite'
      ? { driver: SqliteVecDriver, dbName: databaseFileOf(url), driverOptions: { timeout: 5000 } }
      : {
          driver: PostgresDriver,
          clientUrl: url,
          pool: { min: 0, max: options.poolSize ?? 10 },
          driverOptions: { silenceMs: options.silenceMs },
        }),
    ...(options.driverOptions && { driverOptions: options.driverOptions }),
    extensions: [Migrator],
    migrations: {
      path: migrations,
      pathTs: migrations,
      snapshotName: '.snapshot',
      snapshotOnMigrate: false,
      silent: true,
    },
    ensureDatabase: false,
    initNullableProperties: true,
  } as Partial<OrmOptions>;
}

export const connectOrm = (url: string, known: Entities, options?: DatabaseOptions): Promise<Orm> =>
  SqlMikroORM.init(ormOptions(url, known, options));

/** Opens the database and brings it up to date. @throws where it cannot be written, or is newer than this program */
export const openOrm = (url: string, known: Entities, options?: DatabaseOptions): Promise<Orm> =>
  connected(url, known, options, (orm) => orm.migrator.up());

/** Opens the database. @throws PendingMigrationsError, DatabaseIsNewerError */
export const openMigratedOrm = (url: string, known: Entities, options?: DatabaseOptions): Promise<Orm> =>
  connected(url, known, options, async ({ migrator }) => {
    if (migrator instanceof Migrator) await migrator.refuseUnlessMigrated();
  });

async function connected(
  url: string,
  known: Entities,
  options: DatabaseOptions | undefined,
  prepare: (orm: Orm) => Promise<unknown>,
): Promise<Orm> {
  const orm = await connectOrm(url, known, options);
  try {
    await prepare(orm);
    return orm;
  } catch (error) {
    await orm.close(true);
    throw error;
  }
}

/** An entity manager of its own that joins the transaction it is used in. */
export const forkEm = (orm: Orm): Em => orm.em.fork({ useContext: true });

const AS_ENTITIES = {
  columnNamingStrategy: 'property',
  convertValues: true,
  processOnCreateHooks: true,
  processOnUpdateHooks: true,
} as const;

/** The typed query builder on the connection, and in the transaction, of `em`; names and values as entities have them. */
export const db = (em: Em) => em.getKysely(AS_ENTITIES).withoutPlugins().withPlugin(new EntityPlugin(em, AS_ENTITIES));

type Tables = ReturnType<typeof db> extends Kysely<infer T> ? T : never;

/** A row of a table as `db` gives it: property names, Dates and parsed JSON; relations are ids. */
export type Row<T extends keyof Tables> = Selectable<Tables[T]>;
