import type { Configuration } from '@mikro-orm/core';
import { AbstractSqlDriver, SqliteConnection, SqlitePlatform } from '@mikro-orm/sqlite';
import { load } from 'sqlite-vec';

/** Loads sqlite-vec, and sets what a connection to SQLite does not remember by itself. */
class VecConnection extends SqliteConnection {
  override async connect(options?: { skipOnConnect?: boolean }): Promise<void> {
    await super.connect(options);
    const database = await this.getNativeClient();
    load(database);
    database.pragma('journal_mode = WAL');
    // In WAL mode the default is NORMAL, which may lose an acknowledged message when the power fails.
    database.pragma('synchronous = FULL');
    database.pragma('busy_timeout = 5000');
    // Deleted text is overwritten, not only unlinked.
    database.pragma('secure_delete = on');
    // SQLite's own knows only ASCII.
    database.function('lower', { deterministic: true }, (text: unknown) =>
      typeof text === 'string' ? text.toLowerCase() : text,
    );
  }
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
