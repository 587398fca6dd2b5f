import { SqliteConnection } from '@mikro-orm/sqlite';
import type { Database, Statement } from 'better-sqlite3';
import type { TestApp } from './app.ts';

export interface Executed {
  sql: string;
  parameters: unknown[];
}

/** Every statement that the app runs from now on, in order, whoever prepared it. */
export async function recordStatements({ running }: TestApp): Promise<{ database: Database; executed: Executed[] }> {
  const connection = running.orm.em.getConnection();
  if (!(connection instanceof SqliteConnection)) throw new Error('This is not SQLite.');
  const database = await connection.getNativeClient();
  const executed: Executed[] = [];
  const prepare = database.prepare.bind(database);
  const recording = (sql: string, statement: Statement) =>
    new Proxy(statement, {
      get(target, key) {
        const member = Reflect.get(target, key, target);
        if (typeof member !== 'function') return member;
        return (...given: unknown[]) => {
          if (key === 'all' || key === 'run' || key === 'get' || key === 'iterate') {
            executed.push({ sql, parameters: given.flat() });
          }
          return member.apply(target, given);
        };
      },
    });
  Object.assign(database, { prepare: (sql: string) => recording(sql, prepare(sql)) });
  return { database, executed };
}
