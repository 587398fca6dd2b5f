import { ConnectionException, LockWaitTimeoutException } from '@mikro-orm/core';

/** Full or failing disks, files that cannot be opened, written or understood, locks that others hold: nothing a request can help. */
const SQLITE_CODES = /^SQLITE_(FULL|IOERR|READONLY|CANTOPEN|CORRUPT|NOTADB|BUSY|LOCKED|PROTOCOL)(_|$)/;

/** Whether the database failed, and not the statement. Queries outside the ORM throw the driver's own errors. */
export function isDatabaseAway(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  if (error instanceof ConnectionException || error instanceof LockWaitTimeoutException) return true;
  if ('code' in error && typeof error.code === 'string' && SQLITE_CODES.test(error.code)) return true;
  return isDatabaseAway(error.cause);
}
