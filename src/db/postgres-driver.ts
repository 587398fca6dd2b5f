import type { Configuration } from '@mikro-orm/core';
import { PostgreSqlConnection, PostgreSqlPlatform } from '@mikro-orm/postgresql';
import { AbstractSqlDriver } from '@mikro-orm/sql';
import { type PoolConfig, TypeOverrides, types } from 'pg';

/** For a connection of the pool to come free, and for the server to answer a new one. */
const CONNECT_TIMEOUT_MS = 5_000;

/** Reads counts and keys as numbers and instants as Dates, whoever asks: MikroORM's builder or SQL of ours. */
class PlainPostgresConnection extends PostgreSqlConnection {
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

export class PostgresDriver extends AbstractSqlDriver<PlainPostgresConnection> {
  constructor(config: Configuration) {
    super(config, new PostgreSqlPlatform(), PlainPostgresConnection, ['kysely', 'pg']);
  }
}
