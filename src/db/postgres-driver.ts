import { type Configuration, EventType, type SessionContext, type Transaction } from '@mikro-orm/core';
import { PostgreSqlConnection, PostgreSqlPlatform } from '@mikro-orm/postgresql';
import { AbstractSqlDriver } from '@mikro-orm/sql';
import type { Kysely, PostgresDialect } from 'kysely';
import { type Pool, type PoolConfig, TypeOverrides, types } from 'pg';
import { endWhenSilent } from './end-when-silent.ts';
import { beginningWith, eachBeginningWith } from './own-transactions.ts';
import { becomeViewer, VIEWER_SETTING } from './viewer-role.ts';

/** For a connection of the pool to come free, and for the server to answer a new one. */
const CONNECT_TIMEOUT_MS = 5_000;

export interface PostgresOptions extends PoolConfig {
  /** A server that says nothing for as long, though it was asked, is taken to be gone. Default: it is waited for. */
  silenceMs?: number;
}

/**
 * A process that is cut off from the database in the midst of a transaction must not keep others waiting for long, nor one
 * whose only statement waits for its commit: those of its transactions that waited for a lock get it one after the other, and
 * each keeps it until it is found to be idle.
 */
const END_WHEN_IDLE = `set local idle_in_transaction_session_timeout = '4s'`;

type BeginOptions = NonNullable<Parameters<PostgreSqlConnection['begin']>[0]>;

/**
 * Reads counts and keys as numbers and instants as Dates, whoever asks: MikroORM's builder or SQL of ours. What a viewer's
 * em asks for runs as the viewer, in a transaction or out of one.
 */
export class PlainPostgresConnection extends PostgreSqlConnection {
  /** PostgreSQL in this process takes one statement at a time. */
  #takesMany = false;

  override createKyselyDialect({ silenceMs, ...overrides }: PostgresOptions = {}): PostgresDialect {
    this.#takesMany = true;
    const onPoolCreated = (pool: Pool) => {
      if (silenceMs) pool.on('connect', (client) => endWhenSilent(client, silenceMs));
    };
    return super.createKyselyDialect({ ...overrides, ...{ onPoolCreated } });
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
      ...(typeof this.options.clientUrl === 'string' && { connectionString: connectionString(this.options.clientUrl) }),
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
    return this.#takesMany ? [[...statements, END_WHEN_IDLE].join('; ')] : statements;
  }
}

/** Modes of TLS that the driver takes to be `verify-full`, with a warning. */
const AS_VERIFY_FULL: readonly string[] = ['prefer', 'require', 'verify-ca'];

/** A URL as the driver reads it all, also what stands after its `?`: MikroORM would not encrypt where `sslmode` asks for it. */
export function connectionString(url: string): string {
  const parsed = new URL(url);
  const { searchParams } = parsed;
  const isStrict = searchParams.get('uselibpqcompat') !== 'true';
  if (isStrict && AS_VERIFY_FULL.includes(searchParams.get('sslmode') ?? '')) {
    searchParams.set('sslmode', 'verify-full');
  }
  return parsed.href;
}

/** Numbers of ours are doubles, as in SQLite: what is read is what was written. */
class DoublePostgresPlatform extends PostgreSqlPlatform {
  override getFloatDeclarationSQL(): string {
    return 'double precision';
  }
}

export class PostgresDriver extends AbstractSqlDriver<PlainPostgresConnection> {
  constructor(config: Configuration) {
    super(config, new DoublePostgresPlatform(), PlainPostgresConnection, ['kysely', 'pg']);
  }
}
