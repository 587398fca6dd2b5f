import {
  CompiledQuery,
  type ConnectionProvider,
  type DatabaseConnection,
  type Driver,
  Kysely,
  PostgresDialect,
  type QueryExecutor,
} from 'kysely';

const run = async (connection: DatabaseConnection, statement: string): Promise<void> => {
  await connection.executeQuery(CompiledQuery.raw(statement));
};

/** @NOTE Fails only where the connection is lost, and the transaction with it: the pool is to have the connection back. */
const rollback = (connection: DatabaseConnection): Promise<void> => run(connection, 'rollback').catch(() => undefined);

/** Provides connections on which a transaction has begun. */
class Beginning implements ConnectionProvider {
  readonly #executor: QueryExecutor;
  readonly #begin: readonly string[];

  constructor(executor: QueryExecutor, begin: readonly string[]) {
    this.#executor = executor;
    this.#begin = begin;
  }

  provideConnection<T>(use: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    return this.#executor.provideConnection(async (connection) => {
      try {
        for (const statement of this.#begin) await run(connection, statement);
      } catch (error) {
        await rollback(connection);
        throw error;
      }
      return use(connection);
    });
  }
}

/** Provides connections on which a transaction has begun, and ends it after each use. */
class OneByOne extends Beginning {
  override provideConnection<T>(use: (connection: DatabaseConnection) => Promise<T>): Promise<T> {
    return super.provideConnection(async (connection) => {
      try {
        const result = await use(connection);
        await run(connection, 'commit');
        return result;
      } catch (error) {
        await rollback(connection);
        throw error;
      }
    });
  }
}

const NO_OTHER = new Error('Connections come from the pool that is there.');

/** Ends what `Beginning` began. */
const driver: Driver = {
  init: async () => undefined,
  beginTransaction: async () => undefined,
  commitTransaction: (connection) => run(connection, 'commit'),
  rollbackTransaction: rollback,
  savepoint: (connection, name) => run(connection, `savepoint "${name}"`),
  rollbackToSavepoint: (connection, name) => run(connection, `rollback to "${name}"`),
  releaseSavepoint: (connection, name) => run(connection, `release "${name}"`),
  acquireConnection: () => Promise.reject(NO_OTHER),
  releaseConnection: async () => undefined,
  destroy: async () => undefined,
};

/** Of Kysely's own, only its dialect is asked for; nothing connects by it. */
const dialect = new PostgresDialect({ pool: () => Promise.reject(NO_OTHER) });

function providedBy<T>(kysely: Kysely<T>, provider: ConnectionProvider): Kysely<T> {
  const executor = kysely.getExecutor().withConnectionProvider(provider);
  return new Kysely<T>({ config: { dialect }, dialect, driver, executor });
}

/**
 * The same, where `startTransaction` begins with these statements. Unlike Kysely's own, a transaction that cannot begin
 * or end, because its connection was lost, gives the pool its place back.
 */
export const beginningWith = <T>(kysely: Kysely<T>, begin: readonly string[]): Kysely<T> =>
  providedBy(kysely, new Beginning(kysely.getExecutor(), begin));

/** The same, where each statement is a transaction that begins with these. Not for transactions. */
export const eachBeginningWith = <T>(kysely: Kysely<T>, begin: readonly string[]): Kysely<T> =>
  providedBy(kysely, new OneByOne(kysely.getExecutor(), begin));
