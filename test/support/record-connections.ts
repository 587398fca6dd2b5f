import { PostgreSqlConnection } from '@mikro-orm/postgresql';
import type { PoolClient } from 'pg';
import type { TestApp } from './app.ts';

export interface Sent {
  sql: string;
  /** Whether it ran as the role of viewers, by what its connection was told before. */
  isViewers: boolean;
}

/** What tells a connection who it is. */
const BECOMES = /^begin; set local role "?carryover_viewer"?; set local carryover\.user_id = '.+'$/;
const ENDS = /^(commit|rollback)$/;
const FRAME = /^(begin|commit|rollback|savepoint|release|rollback to)\b/;

/** Every statement that the app sends to PostgreSQL from now on, in the order of each connection. */
export async function recordConnections({ running }: TestApp): Promise<Sent[]> {
  const connection = running.orm.em.getConnection();
  if (!(connection instanceof PostgreSqlConnection)) throw new Error('This is not PostgreSQL.');
  const pool = await connection.getNativeClient();
  const sent: Sent[] = [];
  const known = new WeakSet<PoolClient>();
  pool.on('acquire', (client) => {
    if (known.has(client)) return;
    known.add(client);
    let isViewers = false;
    const query = client.query.bind(client);
    const recording = (statement: string, parameters: unknown[]) => {
      if (BECOMES.test(statement)) isViewers = true;
      else if (ENDS.test(statement)) isViewers = false;
      else if (!FRAME.test(statement)) sent.push({ sql: statement.replace(/\s+/g, ' ').trim(), isViewers });
      return query(statement, parameters);
    };
    Object.assign(client, { query: recording });
  });
  return sent;
}
