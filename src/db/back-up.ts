import { closeSync, existsSync, fsyncSync, linkSync, openSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { databaseFileOf } from './orm.ts';

/** All that is left, however much that is. */
const ALL_PAGES = 2 ** 31 - 1;

/**
 * Copies a database that others may be writing to, as it is at one moment. The copy has its name only once it is whole, and
 * takes nobody's place.
 *
 * @returns its size in bytes
 * @throws what to tell a person, in a sentence
 */
export async function backUp(databaseUrl: string, file: string): Promise<number> {
  const source = databaseFileOf(databaseUrl);
  if (source === ':memory:') throw new Error('DATABASE_URL names a database in memory: there is nothing to copy.');
  if (!existsSync(source)) throw new Error(`There is no database at ${source}. See DATABASE_URL.`);
  refuseToOverwrite(file);
  if (!existsSync(path.dirname(path.resolve(file)))) throw new Error(`There is no folder for ${file}.`);

  const unfinished = `${file}.unfinished-${process.pid}`;
  try {
    await copy(source, unfinished);
    verify(unfinished);
    makeDurable(unfinished);
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
