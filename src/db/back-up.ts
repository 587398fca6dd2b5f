import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { databaseName } from './database-name.ts';
import { dialectOf } from './dialect.ts';
import { databaseFileOf } from './orm.ts';

/** All that is left, however much that is. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies a database that others may be writing to, as it is at one moment. The copy has its name only once it is whole, and
 * takes nobody's place. Who may read the database may read the copy, and nobody else.
 *
 * @returns its size in bytes
 * @throws what to tell a person, in a sentence; the signal's reason, and then nothing of the copy is left
 */
export async function backUp(databaseUrl: string, file: string, signal?: AbortSignal): Promise<number> {
  if (dialectOf(databaseUrl) === 'postgres') {
    const url = `postgresql://${databaseName(databaseUrl)}`;
    throw new Error(`PostgreSQL has a program of its own for this: pg_dump --format=custom --file=${file} ${url}`);
  }
  const source = databaseFileOf(databaseUrl);
  if (source === ':memory:') throw new Error('DATABASE_URL names a database in memory: there is nothing to copy.');
  if (!existsSync(source)) throw new Error(`There is no database at ${source}. See DATABASE_URL.`);
  refuseToOverwrite(file);
  if (!existsSync(path.dirname(path.resolve(file)))) throw new Error(`There is no folder for ${file}.`);

  const unfinished = `${file}.unfinished-${process.pid}`;
  try {
    closeSync(openSync(unfinished, 'wx', statSync(source).mode & 0o777));
    await copy(source, unfinished);
    await lookAt(signal);
    verify(unfinished);
    makeDurable(unfinished);
    await lookAt(signal);
    give(unfinished, file);
    makeDurable(path.dirname(path.resolve(file)));
  } finally {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(unfinished + suffix, { force: true });
  }
  return statSync(file).size;
}

function refuseToOverwrite(file: string): void {
  if (existsSync(file)) throw new Error(`${file} is there already, and is not overwritten.`);
}

async function copy(source: string, to: string): Promise<void> {
  const database = new Database(source, { fileMustExist: true, timeout: 10_000 });
  try {
    // In one step, because a write of another process between two would begin it all over.
    await database.backup(to, { progress: () => ALL_PAGES });
  } finally {
    database.close();
  }
}

/** What happened during a long step is told only now. */
async function lookAt(signal: AbortSignal | undefined): Promise<void> {
  await setImmediate();
  signal?.throwIfAborted();
}

function verify(file: string): void {
  const database = new Database(file);
  try {
    // One file, which needs no log beside it.
    database.pragma('journal_mode = delete');
    const problems = database.pragma('quick_check', { simple: true });
    if (problems !== 'ok') throw new Error(`The copy is damaged, and so perhaps is the database: ${String(problems)}.`);
  } finally {
    database.close();
  }
}

function makeDurable(file: string): void {
  const descriptor = openSync(file, 'r');
  fsyncSync(descriptor);
  closeSync(descriptor);
}

/** Unlike a renaming, a link never takes the place of a file that came meanwhile. */
function give(unfinished: string, file: string): void {
  try {
    linkSync(unfinished, file);
  } catch (error) {
    refuseToOverwrite(file);
    throw error;
  }
}
