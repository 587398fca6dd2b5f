import { databaseName, type PostgresPlace, placeOf } from './database-name.ts';
import { dialectOf } from './dialect.ts';

/** Their messages are sentences for whoever runs the program. */
const SENTENCES = new Set(['DatabaseInUseError', 'DatabaseIsNewerError', 'PendingMigrationsError', 'SecondWallError']);

/**
 * Why the database at `url` cannot be used, in a sentence for whoever runs the program: nothing secret of the URL, and of what
 * the database answered nothing that may quote a value. Null: it was something else.
 */
export function whyUnusable(error: unknown, url: string): string | null {
  if (!(error instanceof Error)) return null;
  if (SENTENCES.has(error.name)) return error.message;
  if (error.name === 'UnsuitableServerError') return `${databaseName(url)} cannot be used: ${error.message}`;
  const isSqlite = dialectOf(url) === 'sqlite';
  const away = isSqlite ? sqliteCause(error) : postgresCause(error, placeOf(url));
  if (error.name !== 'MigrationFailedError') return away && `The database cannot be used: ${away}. See DATABASE_URL.`;
  const reason = whyUnusable(error.cause, url);
  const isOfStatement = isSqlite ? codeOf(error.cause) === 'SQLITE_ERROR' : /^(2|42[^5]|0A)/.test(codeOf(error.cause));
  if (reason && !isOfStatement) return reason;
  return `${error.message} The database is as it was before: ${wordsOf(error.cause)}.`;
}

/** SQLite's own words, without the statement that MikroORM puts before them. */
function sqliteCause(error: Error): string | null {
  const isOfFile = codeOf(error).startsWith('SQLITE_') || 'syscall' in error;
  return isOfFile ? (error.cause instanceof Error ? error.cause.message : error.message) : null;
}

/** The driver has no codes for these. */
const TIMEOUT = /^(timeout exceeded when trying to connect|Connection terminated due to connection timeout)/;
const TLS_CODES = /^(ERR_TLS|ERR_SSL|CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_(VERIFY|GET)|EPROTO$)/;

function postgresCause(error: Error, place: PostgresPlace): string | null {
  const { host, port, database } = place;
  const [at, code, words] = [`${host}:${port}`, codeOf(error), wordsOf(error)];
  if (code === 'ECONNREFUSED') return `nobody listens at ${at} (connection refused)`;
  if (code === 'ENOTFOUND' || code === 'EAI_AGAIN') return `there is no host named ${host} (${code})`;
  if (code === 'ETIMEDOUT' || TIMEOUT.test(error.message)) return `${at} does not answer in time (timeout)`;
  if (code === 'EHOSTUNREACH' || code === 'ENETUNREACH') return `no way leads to ${at} (${code})`;
  if (code === 'ECONNRESET' || code === 'EPIPE' || /^Connection terminated/.test(error.message)) {
    return `${at} ended the connection`;
  }
  if (/does not support SSL/.test(error.message)) return `${at} offers no TLS, which sslmode asks for`;
  if (TLS_CODES.test(code)) return `the TLS of ${at} cannot be trusted (${code}): see sslmode and sslrootcert`;
  if (code === '28P01') return `${at} does not take the password of ${userOf(place)} (28P01)`;
  if (/client password must be/.test(error.message)) return `${at} asks for a password, and the URL has none`;
  if (code === '28000') return `${at} does not let ${userOf(place)} in: ${words} (28000)`;
  if (code === '3D000') return `there is no database ${database} at ${at} (3D000)`;
  if (code === '42501' && /extension/.test(words)) return pgvectorIsMissing(place);
  if (code === '42501') return `${userOf(place)} may not do that at ${at}, in ${database}: ${words} (42501)`;
  if (code === '53300') return `${at} has no connection left (53300): see DATABASE_POOL_SIZE and its max_connections`;
  if (code === '57P03') return `${at} is starting or stopping (57P03)`;
  if (code === '25006') return `${at} can only be read (25006): it may be a replica`;
  if (/^[0-9A-Z]{5}$/.test(code)) return `${at}, ${database}: ${words}`;
  return 'syscall' in error ? `${at}: ${words}` : null;
}

const pgvectorIsMissing = ({ host, port, database, user }: PostgresPlace): string =>
  `pgvector is not in ${database} at ${host}:${port}, and ${user ?? 'its user'} may not put it there (42501). Have a superuser run there: create extension vector`;

const userOf = ({ user }: PostgresPlace): string => (user === null ? 'a user without a name' : `the user ${user}`);

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '');

/** Classes of PostgreSQL's errors whose messages name what is in the schema, and quote nobody. */
const QUOTES_NOBODY = /^(0A|25|28|2B|3D|3F|42|53|54|55|57|58|SQLITE_|E[A-Z]+$)/;

/** What was answered, where it cannot be something that somebody wrote; else the code alone. */
function wordsOf(error: unknown): string {
  const code = codeOf(error);
  if (!(error instanceof Error) || !QUOTES_NOBODY.test(code)) return `error ${code || 'without a code'}`;
  const [line = ''] = (error.cause instanceof Error ? error.cause : error).message.split('\n');
  return line.replace(/\.$/, '');
}
