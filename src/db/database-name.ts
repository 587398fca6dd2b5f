import { dialectOf } from './dialect.ts';
import { databaseFileOf } from './orm.ts';

/** Where a PostgreSQL is, and who asks: what a person may be told of its URL. */
export interface PostgresPlace {
  host: string;
  port: string;
  /** Null: whoever runs this program. */
  user: string | null;
  database: string;
}

/** A database without what is secret of its URL: a file, or `user@host:port/name`. */
export function databaseName(url: string): string {
  if (dialectOf(url) === 'sqlite') return databaseFileOf(url);
  const { host, port, user, database } = placeOf(url);
  return `${user === null ? '' : `${user}@`}${host}:${port}/${database}`;
}

/** As the driver reads a URL: what is named after the `?` counts more. */
export function placeOf(url: string): PostgresPlace {
  const { hostname, port, username, pathname, searchParams } = new URL(url);
  return {
    host: searchParams.get('host') || decodeURIComponent(hostname) || 'localhost',
    port: searchParams.get('port') || port || '5432',
    user: searchParams.get('user') || decodeURIComponent(username) || null,
    database: decodeURIComponent(pathname.slice(1)),
  };
}
