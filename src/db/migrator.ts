import type { EntityMetadata, MigrateOptions, MigrationInfo, MikroORM, Transaction } from '@mikro-orm/core';
import { Migrator as Base } from '@mikro-orm/migrations';
import type { AbstractSqlConnection, EntityManager } from '@mikro-orm/sql';
import { isPostgres } from './dialect.ts';
import { makeViewerRole, openTables, type RunSql, refuseWithoutWall } from './second-wall.ts';

export class DatabaseIsNewerError extends Error {
  override readonly name = 'DatabaseIsNewerError';

  constructor(unknown: string[]) {
    super(`The database was written by a newer version of Carryover: this one does not know ${unknown.join(', ')}.`);
  }
}

/** Applying them is for `npm run migrate`, once for all processes. */
export class PendingMigrationsError extends Error {
  override readonly name = 'PendingMigrationsError';

  constructor(pending: string[]) {
    super(`The database is not up to date, pending: ${pending.join(', ')}. Run: npm run migrate`);
  }
}

/** One migration could not be run. Nothing of it is kept, nor of those that were run with it. */
export class MigrationFailedError extends Error {
  override readonly name = 'MigrationFailedError';
  readonly migration: string;
  override readonly cause: unknown;

  constructor(migration: string, cause: unknown) {
    super(`The migration ${migration} failed.`, { cause });
    this.migration = migration;
    this.cause = cause;
  }
}

/** Marks a file as ours, for the `file` command and for us, and names our lock on PostgreSQL. Any constant would do. */
const APPLICATION_ID = 7_262_108;

/**
 * Runs migrations in one transaction, one process at a time, and never against a newer database. On SQLite foreign keys
 * are off meanwhile: a generated migration rebuilds tables, and dropping the old one would delete every row that refers to it.
 */
export class Migrator extends Base {
  static override register(orm: MikroORM): void {
    orm.config.registerExtension('@mikro-orm/migrator', () => new Migrator(orm.em as unknown as EntityManager));
  }

  protected override async runMigrations(
    method: 'up' | 'down',
    options?: string | string[] | MigrateOptions,
  ): Promise<MigrationInfo[]> {
    const named: MigrateOptions =
      typeof options === 'string' || Array.isArray(options) ? { migrations: [options].flat() } : { ...options };
    if (isPostgres(this.driver.getPlatform())) {
      return this.alone(`select pg_advisory_xact_lock(${APPLICATION_ID})`, method, named, async (transaction) => {
        // On the way there, not all tables of the entities are there.
        if (method === 'up' && !named.to && !named.migrations) await this.raiseWall(transaction);
      });
    }
    // Inside a transaction this pragma does nothing.
    await this.connection.execute('pragma foreign_keys = off');
    try {
      // A first statement that writes takes the write lock, waiting for another process that holds it.
      return await this.alone(`pragma application_id = ${APPLICATION_ID}`, method, named, async (transaction) => {
        const broken = await this.connection.execute('pragma foreign_key_check', [], 'all', transaction);
        if (broken.length > 0) throw new Error(`A migration broke ${broken.length} foreign keys.`);
      });
    } finally {
      await this.connection.execute('pragma foreign_keys = on');
    }
  }

  /** @param lock the first statement: other processes wait there until this one is done */
  private async alone(
    lock: string,
    method: 'up' | 'down',
    options: MigrateOptions,
    check: (transaction: Transaction) => Promise<void> = async () => undefined,
  ): Promise<MigrationInfo[]> {
    try {
      return await this.connection.transactional(async (transaction: Transaction) => {
        await this.connection.execute(lock, [], 'run', transaction);
        this.storage.setMasterMigration(transaction);
        try {
          // Not init(): it would ask for another connection, and SQLite has but one.
          this.initialized = true;
          await this.initPaths();
          await this.storage.ensureTable?.();
          if (method === 'up') await this.refuseNewerDatabase();
          const done = await this.naming(() => super.runMigrations(method, { ...options, transaction }));
          await check(transaction);
          return done;
        } finally {
          this.storage.unsetMasterMigration();
        }
      });
    } catch (error) {
      // The storage believes that its table is there, which was rolled back.
      this.initServices();
      throw error;
    }
  }

  /** @throws MigrationFailedError */
  private async naming<T>(run: () => Promise<T>): Promise<T> {
    let current: string | null = null;
    const note = ({ name }: MigrationInfo) => {
      current = name;
    };
    const events = ['migrating', 'reverting'] as const;
    for (const event of events) this.on(event, note);
    try {
      return await run();
    } catch (error) {
      throw current === null ? error : new MigrationFailedError(current, error);
    } finally {
      for (const event of events) this.off(event, note);
    }
  }

  private async raiseWall(transaction: Transaction): Promise<void> {
    const run = this.running(transaction);
    await makeViewerRole(run);
    await openTables(run, this.tables);
    await refuseWithoutWall(run, this.tables);
  }

  private running(transaction: Transaction): RunSql {
    return (statement) => this.connection.execute(statement, [], 'all', transaction);
  }

  private get tables(): EntityMetadata[] {
    return [...this.driver.getMetadata()];
  }

  private get connection(): AbstractSqlConnection {
    return this.driver.getConnection() as AbstractSqlConnection;
  }

  /** Changes nothing in the database. @throws PendingMigrationsError, DatabaseIsNewerError, SecondWallError */
  async refuseUnlessMigrated(): Promise<void> {
    await this.initPaths();
    const table = 'mikro_orm_migrations';
    const [{ there } = { there: false }] = await this.connection.execute<{ there: boolean }[]>(
      `select to_regclass('${table}') is not null as there`,
    );
    const done = there ? await this.connection.execute<{ name: string }[]>(`select name from ${table}`) : [];
    const applied = new Set(done.map(({ name }) => name));
    const known = (await this.discoverMigrations()).map(({ name }) => name);
    refuseUnknown(known, [...applied]);
    const pending = known.filter((name) => !applied.has(name));
    if (pending.length > 0) throw new PendingMigrationsError(pending);
    await this.connection.transactional((transaction: Transaction) =>
      refuseWithoutWall(this.running(transaction), this.tables),
    );
  }

  private async refuseNewerDatabase(): Promise<void> {
    const known = (await this.discoverMigrations()).map(({ name }) => name);
    refuseUnknown(known, await this.storage.executed());
  }
}

function refuseUnknown(known: readonly string[], applied: readonly string[]): void {
  const unknown = applied.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new DatabaseIsNewerError(unknown);
}
