import { closeSync, existsSync, mkdirSync, openSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { dialectOf } from './dialect.ts';
import { databaseFileOf } from './orm.ts';

export class DatabaseInUseError extends Error {
  override readonly name = 'DatabaseInUseError';

  constructor(file: string) {
    super(`Another Carryover process uses ${file}. On SQLite there can be one.`);
  }
}

/**
 * On SQLite: makes the database's file where there is none, and keeps other processes off the database for as long as this one lives, however it
 * ends: the system gives back the lock of a process that was killed.
 *
 * @returns what gives it back
 * @throws DatabaseInUseError
 */
export function ownDatabase(url: string): () => void {
  if (dialectOf(url) === 'postgres') return () => undefined;
  const file = databaseFileOf(url);
  if (file === ':memory:') return () => undefined;
  makeFolder(path.dirname(path.resolve(file)));
  // SQLite gives its log and the lock the permissions of the file: what people wrote is for this user's eyes.
  closeSync(openSync(file, 'a', 0o600));
  // Now that it is there it has one name, and a link to it meets the same lock.
  const lock = new Database(`${realpathSync(file)}-lock`, { timeout: 0 });
  try {
    lock.pragma('locking_mode = exclusive');
    lock.exec('begin exclusive');
  } catch (error) {
    lock.close();
    if (error instanceof Error && 'code' in error && error.code === 'SQLITE_BUSY') throw new DatabaseInUseError(file);
    throw error;
  }
  return () => {
    lock.close();
  };
}

const AGAIN_MS = 50;

/**
 * `ownDatabase` once others are done with it, if that is soon.
 *
 * @param onWait called once, when others use it
 * @throws DatabaseInUseError after so long
 */
export async function ownDatabaseSoon(url: string, patienceMs: number, onWait: () => void): Promise<() => void> {
  const deadline = performance.now() + patienceMs;
  for (let tries = 0; ; tries += 1) {
    try {
      return ownDatabase(url);
    } catch (error) {
      if (!(error instanceof DatabaseInUseError) || performance.now() >= deadline) throw error;
      if (tries === 0) onWait();
      await after(AGAIN_MS);
    }
  }
}

/** One by one: where a folder can never be, as in /proc, Node's `recursive` goes on trying for ever. */
function makeFolder(folder: string): void {
  if (existsSync(folder)) return;
  makeFolder(path.dirname(folder));
  mkdirSync(folder);
}
