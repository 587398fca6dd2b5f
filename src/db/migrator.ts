import type { MigrateOptions, MigrationInfo, MikroORM, Transaction } from '@mikro-orm/core';
import { Migrator as Base } from '@mikro-orm/migrations';
import type { AbstractSqlConnection, EntityManager } from '@mikro-orm/sql';

export class DatabaseIsNewerError extends Error {
  override readonly name = 'DatabaseIsNewerError';

  constructor(unknown: string[]) {
    super(`The database was written by a newer version of Carryover: this one does not know ${unknown.join(', ')}.`);
  }
}

/** Marks a file as ours, for the `file` command and for us. Any constant would do. */
const APPLICATION_ID = 7_262_108;

/**
 * Runs migrations one process at a time and never against a newer database. Foreign keys are off meanwhile: a
 * generated migration rebuilds tables, and dropping the old one would delete every row that refers to it.
 */
export class Migrator extends Base {
  static override register(orm: MikroORM): void {
    orm.config.registerExtension('@mikro-orm/migrator', () => new Migrator(orm.em as unknown as EntityManager));
  }

  protected override async runMigrations(
    method: 'up' | 'down',
    options?: string | string[] | MigrateOptions,
  ): Promise<MigrationInfo[]> {
    const connection = this.driver.getConnection() as AbstractSqlConnection;
    const named: MigrateOptions =
      typeof options === 'string' || Array.isArray(options) ? { migrations: [options].flat() } : { ...options };
    // Inside a transaction this pragma does nothing.
    await connection.execute('pragma foreign_keys = off');
    try {
      return await connection.transactional(async (transaction: Transaction) => {
        // A first statement that writes takes the write lock, waiting for another process that holds it.
        await connection.execute(`pragma application_id = ${APPLICATION_ID}`, [], 'run', transaction);
        this.storage.setMasterMigration(transaction);
        try {
          // Not init(): it would ask for another connection, and SQLite has but one.
          this.initialized = true;
          await this.initPaths();
          await this.storage.ensureTable?.();
          if (method === 'up') await this.refuseNewerDatabase();
          const done = await super.runMigrations(method, { ...named, transaction });
          const broken = await connection.execute('pragma foreign_key_check', [], 'all', transaction);
          if (broken.length > 0) throw new Error(`A migration broke ${broken.length} foreign keys.`);
          return done;
        } finally {
          this.storage.unsetMasterMigration();
        }
      });
    } finally {
      await connection.execute('pragma foreign_keys = on');
    }
  }

  private async refuseNewerDatabase(): Promise<void> {
    const known = new Set((await this.discoverMigrations()).map((migration) => migration.name));
    const unknown = (await this.storage.executed()).filter((name) => !known.has(name));
    if (unknown.length > 0) throw new DatabaseIsNewerError(unknown);
  }
}
