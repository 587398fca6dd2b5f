import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { type Exit, rowsOf, runProgram, startServer, temporaryFolder } from '../support/server-process.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000 });

const start = (env: NodeJS.ProcessEnv) => runProgram({ env: { DATABASE_URL: 'sqlite::memory:', ...env } });

/** What a start that failed said. A sentence for a person: no stack, nothing else. */
function saidBy({ code, stderr, stdout }: Exit): string {
  expect(code).toBe(1);
  expect(stdout).toBe('');
  expect(stderr).not.toMatch(/^\s+at /m);
  return stderr.trim();
}

test('a port in use is named, and the database is left to others', async () => {
  const other = createServer();
  await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void other.close());
  const address = other.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const file = path.join(temporaryFolder(), 'carryover.db');

  const said = saidBy(await start({ PORT: String(port), DATABASE_URL: `sqlite:${file}` }));

  expect(said).toBe(
    `The port is in use: listen EADDRINUSE: address already in use 127.0.0.1:${port}. Set PORT to another.`,
  );
  const server = await startServer({ env: { DATABASE_URL: `sqlite:${file}` } });
  expect(await server.viewer.sessions()).toMatchObject({ totalCount: 0 });
});

test('an address that is not of this machine is named', async () => {
  const login = { AUTH_JWT_SECRET: 'a secret that nobody will ever be told' };
  expect(saidBy(await start({ HOST: '192.0.2.1', ...login }))).toMatch(
    /^Cannot listen there: .*192\.0\.2\.1.* HOST and PORT\.$/,
  );
});

test('a database that cannot be is refused in one sentence', async () => {
  const folder = temporaryFolder();
  writeFileSync(path.join(folder, 'file'), '');
  for (const file of [folder, `${folder}/file/carryover.db`]) {
    const said = saidBy(await start({ DATABASE_URL: `sqlite:${file}` }));
    expect(said, file).toMatch(/^The database cannot be used: .+\. See DATABASE_URL\.$/);
    expect(said).toContain(folder);
  }
});

test.skipIf(!existsSync('/proc/self'))('a folder that can never be made is refused, not tried for ever', async () => {
  const said = saidBy(await start({ DATABASE_URL: 'sqlite:/proc/nowhere/carryover.db' }));
  expect(said).toMatch(/^The database cannot be used: .*\/proc\/nowhere.*See DATABASE_URL\.$/);
});

test('a file that is no database is refused and left as it is', async () => {
  const file = path.join(temporaryFolder(), 'letter.txt');
  const letter = 'Dear diary, this is a letter and no database. '.repeat(50);
  writeFileSync(file, letter);

  const said = saidBy(await start({ DATABASE_URL: `sqlite:${file}` }));

  expect(said).toBe('The database cannot be used: file is not a database. See DATABASE_URL.');
  expect(execFileSync('cat', [file], { encoding: 'utf8' })).toBe(letter);
});

test('a database that may only be read is refused', async ({ skip }) => {
  const file = path.join(temporaryFolder(), 'carryover.db');
  writeFileSync(file, '');
  try {
    execFileSync('chattr', ['+i', file], { stdio: 'ignore' });
  } catch {
    skip('chattr +i does not work here: no root, or another file system');
  }
  onTestFinished(() => void execFileSync('chattr', ['-i', file]));
  expect(saidBy(await start({ DATABASE_URL: `sqlite:${file}` }))).toMatch(
    /^The database cannot be used: .+ See DATABASE_URL\.$/,
  );
});

test('a database of a newer version is refused with that reason, and nothing of it is changed', async () => {
  const file = path.join(temporaryFolder(), 'carryover.db');
  const env = { DATABASE_URL: `sqlite:${file}` };
  const server = await startServer({ env });
  const { id } = await server.viewer.createSession({ title: 'Kept' });
  await server.kill();
  const newer = new Database(file);
  newer.exec("insert into mikro_orm_migrations (name) values ('Migration29990101000000_later')");
  newer.close();

  expect(saidBy(await start(env))).toBe(
    'The database was written by a newer version of Carryover: this one does not know Migration29990101000000_later.',
  );
  expect(rowsOf(file, 'select id, title from chat_session')).toEqual([{ id, title: 'Kept' }]);
});

test('a database is made with its folders, and one that is there is used again', async () => {
  const file = path.join(temporaryFolder(), 'data/of/mine/carryover.db');
  const env = { DATABASE_URL: `sqlite:${file}` };
  const first = await startServer({ env });
  const { id } = await first.viewer.createSession({ title: 'Mondays' });
  first.signal('SIGTERM');
  expect(await first.exited).toMatchObject({ code: 0 });

  const second = await startServer({ env });
  expect(await second.viewer.session(id)).toMatchObject({ title: 'Mondays' });
  const migrations = rowsOf(file, 'select count(*) as times from mikro_orm_migrations group by name');
  expect(new Set(migrations.map(({ times }) => times))).toEqual(new Set([1]));
});

test('a database in memory is served and leaves no file', async () => {
  const server = await startServer({ env: { DATABASE_URL: 'sqlite::memory:' } });
  const { reply } = await server.viewer.turn('I cannot sleep.');
  expect(reply.status).toBe('COMPLETE');
  server.signal('SIGTERM');
  expect(await server.exited).toMatchObject({ code: 0 });
});

test('a second process on the same file is refused, by any name of it, while the first goes on', async () => {
  const folder = temporaryFolder();
  const file = path.join(folder, 'carryover.db');
  symlinkSync(file, path.join(folder, 'link.db'));
  // By the link, which points at nothing yet.
  const first = await startServer({ env: { DATABASE_URL: `sqlite:${folder}/link.db` } });
  const { session } = await first.viewer.turn('I cannot sleep.');

  const said = saidBy(await start({ DATABASE_URL: `sqlite:${file}` }));
  expect(said).toBe(`Another Carryover process uses ${file}. On SQLite there can be one.`);
  expect(await first.viewer.turn('Still here?', { sessionId: session.id })).toMatchObject({ reply: { seq: 4 } });

  await first.kill();
  const second = await startServer({ env: { DATABASE_URL: `sqlite:${file}` } });
  expect(await second.viewer.session(session.id)).toMatchObject({ messageCount: 4 });
});

test('wrong variables are all named at once, without what they hold', async () => {
  const said = saidBy(
    await start({
      PORT: 'ninety',
      DRAIN_SECONDS: '-1',
      LOG_LEVEL: 'loud',
      DATABASE_URL: 'mysql://root:hunter2@db',
      AUTH_JWT_SECRET: 'tooshort',
      OPENAI_BASE_URL: 'ftp://key-1234@models',
    }),
  );
  for (const name of ['PORT', 'DRAIN_SECONDS', 'LOG_LEVEL', 'DATABASE_URL', 'AUTH_JWT_SECRET', 'OPENAI_BASE_URL']) {
    expect(said).toMatch(new RegExp(`^ +${name} must`, 'm'));
  }
  expect(said).not.toMatch(/ninety|loud|hunter2|tooshort|key-1234/);
});

test('a .env is read, and one that cannot be read is named', async () => {
  const folder = temporaryFolder();
  const env = { DATABASE_URL: 'sqlite::memory:' };
  writeFileSync(path.join(folder, '.env'), 'DRAIN_SECONDS=soon');
  expect(saidBy(await runProgram({ cwd: folder, env }))).toMatch(/DRAIN_SECONDS must/);
  rmSync(path.join(folder, '.env'));
  mkdirSync(path.join(folder, '.env'));
  expect(saidBy(await runProgram({ cwd: folder, env }))).toMatch(
    /^The configuration is not valid:\n {2}\.env cannot be read/,
  );
});

test('no login on an address that others reach is refused', async () => {
  expect(saidBy(await start({ HOST: '0.0.0.0' }))).toMatch(/HOST is not a loopback address and there is no login/);
});

/** Nodes of the system that are too old, by their versions. */
const oldNode = ['/usr/bin/node', '/usr/local/bin/node'].find((node) => existsSync(node) && isOld(node));

function isOld(node: string): boolean {
  const [major = 0, minor = 0] = execFileSync(node, ['--version'], { encoding: 'utf8' })
    .slice(1)
    .split('.')
    .map(Number);
  return major >= 18 && (major < 22 || (major === 22 && minor < 17));
}

test.skipIf(!oldNode)('an old Node is told so before anything of ours is loaded', async () => {
  const said = saidBy(await runProgram({ node: oldNode, env: { DATABASE_URL: 'sqlite::memory:' } }));
  expect(said).toMatch(/^Carryover needs Node 22\.17 or later and this is \d+\.\d+\.\d+\. Start it with: npm start$/);
});
