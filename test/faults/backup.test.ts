import { chmodSync, existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { rowsOf, runProgram, spawnProgram, startServer, temporaryFolder } from '../support/server-process.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const backUp = (database: string, ...args: string[]) =>
  runProgram({ program: 'backup', args, env: { DATABASE_URL: `sqlite:${database}` } });

test('a backup of a server that runs and writes is whole, and started from it has what was said', async () => {
  const folder = temporaryFolder();
  const [database, copy] = [path.join(folder, 'all.db'), path.join(folder, 'copy.db')];
  const server = await startServer({ env: { DATABASE_URL: `sqlite:${database}` } });
  const { session } = await server.viewer.turn('I sleep badly.');
  let isOver = false;
  const writing = (async () => {
    while (!isOver) await server.viewer.turn('And again.', { sessionId: session.id });
  })();
  const { code, stdout, stderr } = await backUp(database, copy);
  isOver = true;
  await writing;

  const bytes = readFileSync(copy).length;
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: `${copy}: ${bytes} bytes\n`, stderr: '' });
  expect(readdirSync(folder).filter((file) => file.startsWith('copy'))).toEqual(['copy.db']);
  expect(rowsOf(copy, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  // To restore is to put the copy in the place of the database.
  const restored = await startServer({ env: { DATABASE_URL: `sqlite:${copy}` } });
  const { nodes } = await restored.viewer.messages(session.id, '(first: 1)');
  expect(nodes).toMatchObject([{ content: 'I sleep badly.' }]);
  expect((await restored.viewer.turn('Hello again.', { sessionId: session.id })).reply.status).toBe('COMPLETE');
});

test('a backup takes no other file’s place, and leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const [database, copy] = [path.join(folder, 'all.db'), path.join(folder, 'copy.db')];
  const server = await startServer({ env: { DATABASE_URL: `sqlite:${database}` } });
  await server.kill();
  writeFileSync(copy, 'mine');
  expect(await backUp(database, copy)).toEqual({
    code: 1,
    stdout: '',
    stderr: `${copy} is there already, and is not overwritten.\n`,
  });
  expect(readFileSync(copy, 'utf8')).toBe('mine');
  expect(readdirSync(folder).filter((file) => file.includes('unfinished'))).toEqual([]);
});

test('a backup may be read by whoever may read the database, and by nobody else', async () => {
  const folder = temporaryFolder();
  const database = path.join(folder, 'all.db');
  const server = await startServer({ env: { DATABASE_URL: `sqlite:${database}` } });
  await server.kill();
  for (const mode of [0o600, 0o640]) {
    chmodSync(database, mode);
    const copy = path.join(folder, `copy-${mode}.db`);
    expect((await backUp(database, copy)).code).toBe(0);
    expect(statSync(copy).mode & 0o777).toBe(mode);
  }
});

test('a backup that is asked to stop leaves nothing behind', async () => {
  const folder = temporaryFolder();
  const [database, copy] = [path.join(folder, 'all.db'), path.join(folder, 'copy.db')];
  const server = await startServer({ env: { DATABASE_URL: `sqlite:${database}` } });
  await server.kill();
  const large = new Database(database);
  large.exec('create table large (bytes blob)');
  const insert = large.prepare('insert into large values (zeroblob(50000000))');
  for (let n = 0; n < 4; n++) insert.run();
  large.close();
  const { child, exited } = spawnProgram({
    program: 'backup',
    args: [copy],
    env: { DATABASE_URL: `sqlite:${database}` },
  });
  const unfinished = () => readdirSync(folder).filter((name) => name.startsWith('copy.db'));
  await expect.poll(unfinished, { timeout: 30_000, interval: 5 }).not.toEqual([]);
  child.kill('SIGINT');
  expect(await exited).toMatchObject({ code: 1, stdout: '', stderr: 'Stopped. There is no copy.\n' });
  expect(unfinished()).toEqual([]);
});

test('what cannot be backed up is said in a sentence', async () => {
  const folder = temporaryFolder();
  const missing = path.join(folder, 'no.db');
  const said = async (...args: Parameters<typeof backUp>) => {
    const { code, stdout, stderr } = await backUp(...args);
    expect([code, stdout]).toEqual([1, '']);
    return stderr;
  };
  expect(await said(missing, path.join(folder, 'copy.db'))).toBe(
    `There is no database at ${missing}. See DATABASE_URL.\n`,
  );
  expect(existsSync(missing)).toBe(false);
  expect(await said(':memory:', path.join(folder, 'copy.db'))).toMatch(/^DATABASE_URL names a database in memory/);
  expect(await said(missing)).toBe('Usage: npm run backup -- FILE\n');
});

test('of PostgreSQL, what makes a backup is named, without what is secret', async () => {
  const DATABASE_URL = 'postgresql://carry:hunter2@db:5433/all?password=hunter2';
  const { code, stdout, stderr } = await runProgram({ program: 'backup', args: ['copy'], env: { DATABASE_URL } });
  expect([code, stdout, stderr]).toEqual([
    1,
    '',
    'PostgreSQL has a program of its own for this: pg_dump --format=custom --file=copy postgresql://carry@db:5433/all\n',
  ]);
});
