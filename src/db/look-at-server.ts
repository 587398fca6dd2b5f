import type { Orm } from './orm.ts';
import { VIEWER_ROLE } from './viewer-role.ts';

/** For `pg_c_utf8`, by which words are compared without regard to case. */
const OLDEST_POSTGRES = 17;
/** For iterative scans. */
const OLDEST_PGVECTOR = [0, 8] as const;

export interface PostgresServer {
  /** As in 17.2. */
  version: string;
  major: number;
  encoding: string;
  /** The version in this database; null: it is not there. */
  pgvector: string | null;
  /** Whether the server could make it. */
  hasPgvector: boolean;
  hasViewerRole: boolean;
}

/** What is wrong, in a sentence. */
export class UnsuitableServerError extends Error {
  override readonly name = 'UnsuitableServerError';
}

/** Asks nothing of ours: the database may be empty. */
export async function lookAtServer({ em }: Pick<Orm, 'em'>): Promise<PostgresServer> {
  const [server] = await em.fork().execute<PostgresServer[]>(`
    select split_part(current_setting('server_version'), ' ', 1) as version,
      current_setting('server_version_num')::int / 10000 as major,
      current_setting('server_encoding') as encoding,
      (select extversion from pg_extension where extname = 'vector') as pgvector,
      exists (select from pg_available_extensions where name = 'vector') as "hasPgvector",
      exists (select from pg_roles where rolname = '${VIEWER_ROLE}') as "hasViewerRole"`);
  if (!server) throw new UnsuitableServerError('The server does not say what it is.');
  return server;
}

/** @throws UnsuitableServerError */
export function refuseUnsuitable({ version, major, encoding, pgvector, hasPgvector }: PostgresServer): void {
  if (major < OLDEST_POSTGRES) {
    throw new UnsuitableServerError(`PostgreSQL ${version} is too old: ${OLDEST_POSTGRES} or later is needed.`);
  }
  if (encoding !== 'UTF8') {
    throw new UnsuitableServerError(
      `The database is encoded in ${encoding}, and UTF8 is needed: make another, by create database NAME template template0 encoding 'UTF8'.`,
    );
  }
  if (pgvector === null && !hasPgvector) {
    throw new UnsuitableServerError(
      `pgvector is not installed where PostgreSQL ${version} runs. On Debian it is the package postgresql-${major}-pgvector.`,
    );
  }
  if (pgvector !== null && isOldPgvector(pgvector)) {
    throw new UnsuitableServerError(
      `pgvector ${pgvector} is too old: ${OLDEST_PGVECTOR.join('.')} or later is needed. Install it on the server, then run there: alter extension vector update;`,
    );
  }
}

function isOldPgvector(version: string): boolean {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major < OLDEST_PGVECTOR[0] || (major === OLDEST_PGVECTOR[0] && minor < OLDEST_PGVECTOR[1]);
}
