import { type Configuration, EventType, type SessionContext, type Transaction } from '@mikro-orm/core';
import { PostgreSqlConnection, PostgreSqlPlatform } from '@mikro-orm/postgresql';
import { AbstractSqlDriver } from '@mikro-orm/sql';
import type { Kysely } from 'kysely';
import { type PoolConfig, TypeOverrides, types } from 'pg';
import { beginningWith, eachBeginningWith } from './own-transactions.ts';
import { becomeViewer, VIEWER_SETTING } from './viewer-role.ts';

/** For a connection of the pool to come free, and for the server to answer a new one. */
const CONNECT_TIMEOUT_MS = 5_000;

type BeginOptions = NonNullable<Parameters<PostgreSqlConnection['begin']>[0]>;

/**
 * Reads counts and keys as numbers and instants as Dates, whoever asks: MikroORM's builder or SQL of ours. What a viewer's
 * em asks for runs as the viewer, in a transaction or out of one.
 */
export class PlainPostgresConnection extends PostgreSqlConnection {
  /** PostgreSQL in this process takes one statement at a time. */
  #takesMany = false;

  override createKyselyDialect(...given: Parameters<PostgreSqlConnection['createKyselyDialect']>) {
    this.#takesMany = true;
    return super.createKyselyDialect(...given);
  }

  override mapOptions(overrides: PoolConfig): PoolConfig {
    const parsers = new TypeOverrides();
    parsers.setTypeParser(types.builtins.INT8, Number);
    parsers.setTypeParser(types.builtins.NUMERIC, Number);
    return {
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      application_name: 'carryover',
      keepAlive: true,
      ...super.mapOptions(overrides),
      types: parsers,
    };
  }

  override async begin(options: BeginOptions = {}): Promise<Transaction> {
    if (options.ctx) return super.begin(options);
    await this.ensureConnection();
    const { eventBroadcaster, isolationLevel, readOnly, sessionContext } = options;
    await eventBroadcaster?.dispatchEvent(EventType.beforeTransactionStart);
    const modes = [isolationLevel ? `isolation level ${isolationLevel}` : '', readOnly ? 'read only' : ''];
    const begin = this.#begin(sessionContext, ['begin', ...modes].filter(Boolean).join(' '));
    const transaction = await beginningWith(this.getClient(), begin).startTransaction().execute();
    await eventBroadcaster?.dispatchEvent(EventType.afterTransactionStart, transaction);
    return transaction;
  }

  /** Each statement as the viewer of an em's session context. */
  oneByOne<T>(kysely: Kysely<T>, viewer: SessionContext): Kysely<T> {
    return eachBeginningWith(kysely, this.#begin(viewer));
  }

  #begin(viewer: SessionContext | undefined, begin = 'begin'): string[] {
    const statements = viewer ? [begin, ...becomeViewer(String(viewer.variables?.[VIEWER_SETTING] ?? ''))] : [begin];
    return this.#takesMany ? [statements.join('; ')] : statements;
  }
}

export class PostgresDriver extends AbstractSqlDriver<PlainPostgresConnection> {
  constructor(config: Configuration) {
    super(config, new PostgreSqlPlatform(), PlainPostgresConnection, ['kysely', 'pg']);
  }
}
