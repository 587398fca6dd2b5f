import { ConnectionException, LockWaitTimeoutException } from '@mikro-orm/core';

/** Of PostgreSQL: lost or refused connections, no resources, shutting down, not writable, waited for too long. */
const POSTGRES_CODES = /^(08|53|57|58|25006|25P03|40|55P03)/;
const NETWORK_CODES = /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOST|ENET)/;
/** The driver gives no code for these. */
const NO_CONNECTION =
  /^(Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error)/;

/** Full or failing disks, files that cannot be opened, written or understood, locks that others hold: nothing a request can help. */
const SQLITE_CODES = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|BUSY|LOCKED|PROTOCOL)(_|$)/;

const CODES = [SQLITE_CODES, POSTGRES_CODES, NETWORK_CODES];

/** Whether the database failed, and not the statement. Queries outside the ORM throw the driver's own errors. */
export function isDatabaseAway(error: unknown): error is Error {
  // Models are reached over the network too.
  if (!(error instanceof Error) || error.name === 'ModelError') return false;
  if (error instanceof ConnectionException || error instanceof LockWaitTimeoutException) return true;
  if (NO_CONNECTION.test(error.message)) return true;
  if ('code' in error && typeof error.code === 'string' && CODES.some((codes) => codes.test(String(error.code))))
    return true;
  return isDatabaseAway(error.cause);
}
