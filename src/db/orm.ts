import { fileURLToPath } from 'node:url';
import type { Options } from '@mikro-orm/core';
import { type AbstractSqlDriver, type SqlEntityManager, SqlMikroORM } from '@mikro-orm/sql';
import type { Kysely, Selectable } from 'kysely';
import type { entities } from '../entities.ts';
import { dialectOf, isPostgres, onPostgres } from './dialect.ts';
import { EntityPlugin } from './entity-plugin.ts';
import { lookAtServer, refuseUnsuitable } from './look-at-server.ts';
import { Migrator } from './migrator.ts';
import { addPolicies } from './policies.ts';
import { PlainPostgresConnection, PostgresDriver } from './postgres-driver.ts';
import { SqliteVecDriver } from './sqlite-driver.ts';
import { VIEWER_ROLE, VIEWER_SETTING } from './viewer-role.ts';

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
    discovery: {
      afterDiscovered: (storage, platform) => {
        if (isPostgres(platform)) addPolicies(storage);
      },
    },
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

/** Opens a PostgreSQL database. @throws UnsuitableServerError, PendingMigrationsError, DatabaseIsNewerError, SecondWallError */
export const openMigratedOrm = (url: string, known: Entities, options?: DatabaseOptions): Promise<Orm> =>
  connected(url, known, options, async (orm) => {
    refuseUnsuitable(await lookAtServer(orm));
    const { migrator } = orm;
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

/**
 * One that the second wall stands before: on PostgreSQL whatever it is asked runs as a role that has this viewer's rows
 * alone. For all that is done on behalf of a viewer; in a transaction that another began it is as that one is.
 */
export function viewerEm(orm: Orm, userId: string): Em {
  if (!onPostgres(orm.em)) return forkEm(orm);
  return orm.em.fork({ useContext: true, session: { role: VIEWER_ROLE, variables: { [VIEWER_SETTING]: userId } } });
}

const AS_ENTITIES = {
  columnNamingStrategy: 'property',
  convertValues: true,
  processOnCreateHooks: true,
  processOnUpdateHooks: true,
} as const;

/** The typed query builder on the connection, and in the transaction, of `em`; names and values as entities have them. */
export const db = (em: Em) => asWhom(em, bare(em)).withPlugin(new EntityPlugin(em, AS_ENTITIES));

const bare = (em: Em) => em.getKysely(AS_ENTITIES).withoutPlugins();

/** In a transaction it is settled; out of one the connection would be its owner's. */
function asWhom<T>(em: Em, kysely: Kysely<T>): Kysely<T> {
  const viewer = em.isInTransaction() ? undefined : em.getSessionContext();
  if (!viewer) return kysely;
  const connection = em.getConnection();
  if (!(connection instanceof PlainPostgresConnection)) throw new Error('Only PostgreSQL knows viewers.');
  return connection.oneByOne(kysely, viewer);
}

type Tables = ReturnType<typeof db> extends Kysely<infer T> ? T : never;

/** A row of a table as `db` gives it: property names, Dates and parsed JSON; relations are ids. */
export type Row<T extends keyof Tables> = Selectable<Tables[T]>;
