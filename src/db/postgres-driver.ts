import type { Socket } from 'node:net';
import type { Configuration } from '@mikro-orm/core';
import { PostgreSqlConnection, PostgreSqlPlatform } from '@mikro-orm/postgresql';
import { AbstractSqlDriver } from '@mikro-orm/sql';
import type { DatabaseConnection, Driver, PostgresDialect } from 'kysely';
import { type Pool, type PoolClient, type PoolConfig, TypeOverrides, types } from 'pg';

/** For a connection of the pool to come free, and for the server to answer a new one. */
const CONNECT_TIMEOUT_MS = 5_000;

export interface PostgresOptions extends PoolConfig {
  /** A server that says nothing for as long, though it was asked, is taken to be gone. Default: it is waited for. */
  silenceMs?: number;
}

/** Reads counts and keys as numbers and instants as Dates, whoever asks: MikroORM's builder or SQL of ours. */
class PlainPostgresConnection extends PostgreSqlConnection {
  override createKyselyDialect({ silenceMs, ...overrides }: PostgresOptions = {}): PostgresDialect {
    const onPoolCreated = (pool: Pool) => {
      if (silenceMs) pool.on('connect', (client) => endWhenSilent(client, silenceMs));
    };
    const dialect = super.createKyselyDialect({ ...overrides, ...{ onPoolCreated } });
    const createDriver = dialect.createDriver.bind(dialect);
    return Object.assign(dialect, { createDriver: () => givingBackWhatIsLost(createDriver()) });
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
}

/**
 * Kysely gives a connection back to the pool once `begin`, `commit` or `rollback` was answered. One that is lost answers
 * nothing more: its place in the pool would stay taken, and after a few of them there would be none.
 */
function givingBackWhatIsLost(driver: Driver): Driver {
  const begin = driver.beginTransaction.bind(driver);
  const rollback = driver.rollbackTransaction.bind(driver);
  return Object.assign(driver, {
    async beginTransaction(connection: DatabaseConnection, settings: Parameters<Driver['beginTransaction']>[1]) {
      try {
        await begin(connection, settings);
      } catch (error) {
        await driver.releaseConnection(connection);
        throw error;
      }
    },
    // Where `rollback` is not answered, PostgreSQL has rolled back; what failed before it has been thrown already.
    rollbackTransaction: (connection: DatabaseConnection) => rollback(connection).catch(() => undefined),
  });
}

/**
 * Where the network swallows what is sent, nothing tells of it for minutes. Idle connections end earlier, by the pool.
 */
function endWhenSilent(client: PoolClient, silenceMs: number): void {
  const socket = socketOf(client);
  socket?.setTimeout(silenceMs, () => {
    socket.destroy(Object.assign(new Error('The database does not answer.'), { code: 'ETIMEDOUT' }));
  });
}

/** The driver does not tell of it in its types. */
function socketOf(client: object): Socket | null {
  const { connection } = client as { connection?: { stream?: Socket } };
  return connection?.stream ?? null;
}

export class PostgresDriver extends AbstractSqlDriver<PlainPostgresConnection> {
  constructor(config: Configuration) {
    super(config, new PostgreSqlPlatform(), PlainPostgresConnection, ['kysely', 'pg']);
  }
}
