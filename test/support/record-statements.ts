import { PostgreSqlConnection } from '@mikro-orm/postgresql';
import { SqliteConnection } from '@mikro-orm/sqlite';
import type { Database, Statement } from 'better-sqlite3';
import type { PostgresPool, PostgresPoolClient } from 'kysely';
import type { Orm } from '../../src/db/orm.ts';
import { pglitePoolOf } from './pglite.ts';
import { testDialect } from './test-database.ts';

export interface Executed {
  sql: string;
  parameters: unknown[];
}

type Note = (sql: unknown, parameters: unknown) => void;

/** Every statement that the database is given from now on, in order, whoever prepared it. */
export async function recordStatements({ orm }: { orm: Orm }): Promise<Executed[]> {
  const executed: Executed[] = [];
  const note: Note = (sql, parameters) => {
    if (typeof sql === 'string') executed.push({ sql, parameters: Array.isArray(parameters) ? [...parameters] : [] });
  };
  if (testDialect === 'sqlite') noteSqlite(await sqliteOf({ orm }), note);
  else notePool(await poolOf(orm), note);
  return executed;
}

/** The connection of an ORM to SQLite. */
export async function sqliteOf({ orm }: { orm: Orm }): Promise<Database> {
  const connection = orm.em.getConnection();
  if (!(connection instanceof SqliteConnection)) throw new Error('This is not SQLite.');
  return connection.getNativeClient();
}

async function poolOf(orm: Orm): Promise<PostgresPool> {
  const connection = orm.em.getConnection();
  const pool = pglitePoolOf(orm);
  if (pool) return pool;
  if (!(connection instanceof PostgreSqlConnection)) throw new Error('This is not PostgreSQL.');
  return connection.getNativeClient();
}

function noteSqlite(database: Database, note: Note): void {
  const prepare = database.prepare.bind(database);
  const noting = (sql: string, statement: Statement) =>
    new Proxy(statement, {
      get(target, key) {
        const member = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => {
          if (key === 'all' || key === 'run' || key === 'get' || key === 'iterate') note(sql, given.flat());
          return member.apply(target, given);
        };
      },
    });
  Object.assign(database, { prepare: (sql: string) => noting(sql, prepare(sql)) });
}

/** Each of its connections from when it is taken next. */
function notePool(pool: PostgresPool, note: Note): void {
  const noting = new WeakSet<PostgresPoolClient>();
  const connect = pool.connect.bind(pool);
  const connectNoting = async () => {
    const client = await connect();
    if (noting.has(client)) return client;
    noting.add(client);
    const query = client.query.bind(client);
    const queryNoted = (sql: string, parameters: readonly unknown[]) => {
      note(sql, parameters);
      return query(sql, parameters);
    };
    return Object.assign(client, { query: queryNoted });
  };
  Object.assign(pool, { connect: connectNoting });
}
