import { setTimeout as after } from 'node:timers/promises';
import type { Em } from './orm.ts';

/** By connection to a database: the end of each viewer's line. */
const lines = new WeakMap<object, Map<string, Promise<void>>>();

/** As PostgreSQL says it of a lock that was waited for too long. */
class LineTooLongError extends Error {
  override readonly name = 'LineTooLongError';
  readonly code = '55P03';
}

/**
 * Does `work` after all that this process was asked to do for the viewer before: who waits here takes no connection from
 * the pool, which others need to be served and running replies to keep their leases.
 *
 * @throws where it has waited for `maxWaitMs`
 */
export async function inLine<T>(em: Em, userId: string, maxWaitMs: number, work: () => Promise<T>): Promise<T> {
  const line = lineOf(em);
  const ahead = line.get(userId);
  const { promise: done, resolve } = Promise.withResolvers<void>();
  // Who gives up leaves no gap: those behind still wait for those ahead.
  const end = Promise.all([ahead, done]).then(() => {
    if (line.get(userId) === end) line.delete(userId);
  });
  line.set(userId, end);
  try {
    if (ahead && !(await settlesWithin(ahead, maxWaitMs))) throw new LineTooLongError('Waited too long for a viewer.');
    return await work();
  } finally {
    resolve();
  }
}

function lineOf(em: Em): Map<string, Promise<void>> {
  const connection = em.getConnection();
  const line = lines.get(connection) ?? new Map<string, Promise<void>>();
  lines.set(connection, line);
  return line;
}

async function settlesWithin(promise: Promise<void>, maxWaitMs: number): Promise<boolean> {
  const settled = new AbortController();
  const late = after(maxWaitMs, false, { signal: settled.signal }).catch(() => false);
  try {
    return await Promise.race([promise.then(() => true), late]);
  } finally {
    settled.abort();
  }
}
