import type { Configuration } from '@mikro-orm/core';
import { AbstractSqlDriver, SqliteConnection, SqlitePlatform } from '@mikro-orm/sqlite';
import type { Database, Statement } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';
import { load } from 'sqlite-vec';

/** For another process, such as a backup, to let go of the database. All of this one waits as long. */
export const BUSY_TIMEOUT_MS = 5_000;

/** Loads sqlite-vec, and sets what a connection to SQLite does not remember by itself. */
class VecConnection extends SqliteConnection {
  override async connect(options?: { skipOnConnect?: boolean }): Promise<void> {
    await super.connect(options);
    const database = await this.getNativeClient();
    load(database);
    prepareOnce(database);
    database.pragma('journal_mode = WAL');
    // In WAL mode the default is NORMAL, which may lose an acknowledged message when the power fails.
    database.pragma('synchronous = FULL');
    database.pragma(`busy_timeout = ${BUSY_TIMEOUT_MS}`);
    // Deleted text is overwritten, not only unlinked.
    database.pragma('secure_delete = on');
    // SQLite's own knows only ASCII.
    database.function('lower', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? text.toLowerCase() : text,
    );
  }

  /**
   * Where the disk was full or failed, SQLite has rolled back by itself. To do it again is an error, after which Kysely
   * would keep the connection, the only one, for ever.
   */
  override async rollback(...given: Parameters<SqliteConnection['rollback']>): Promise<void> {
    const database = await this.getNativeClient();
    if (!database.inTransaction) database.exec('begin');
    await super.rollback(...given);
  }
}

/** Statements kept ready. There are about as many in the program, and some for each length of a list. */
const MAX_PREPARED = 500;

/**
 * Preparing a statement takes longer than running most of them. Kept are those with parameters alone: what stands in the
 * text of others is somebody's, and seldom comes again.
 */
function prepareOnce(database: Database): void {
  const prepared = new LRUCache<string, Statement>({ max: MAX_PREPARED });
  const prepare = database.prepare.bind(database);
  const prepareOrRecall = (sql: string) => {
    const ready = prepared.get(sql);
    if (ready) return ready;
    const statement = prepare(sql);
    if (sql.replaceAll(/'[^']*'/g, '').includes('?')) prepared.set(sql, statement);
    return statement;
  };
  Object.assign(database, { prepare: prepareOrRecall });
}

/** Foreign keys get the indexes that entities declare, as on PostgreSQL, and no others. */
class PlainSqlitePlatform extends SqlitePlatform {
  override indexForeignKeys(): boolean {
    return false;
  }
}

export class SqliteVecDriver extends AbstractSqlDriver<VecConnection> {
  constructor(config: Configuration) {
    super(config, new PlainSqlitePlatform(), VecConnection, ['kysely', 'better-sqlite3']);
  }
}
