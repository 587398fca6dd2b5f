import { existsSync, statSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { SqlMikroORM } from '@mikro-orm/sql';
import Database from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Orm, ormOptions } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { connectedClient, emptyServerDatabase, hasServer, onServer } from '../support/empty-database.ts';
import {
  type Exit,
  rowsOf,
  runProgram,
  spawnProgram,
  startServer,
  temporaryFolder,
} from '../support/server-process.ts';

// Processes start slowly on a busy machine.
vi.setConfig({ testTimeout: 90_000 });

const migrate = (DATABASE_URL: string) => runProgram({ program: 'migrate', env: { DATABASE_URL } });
const serve = (DATABASE_URL: string) => runProgram({ env: { DATABASE_URL } });

/** What a run that failed said: one sentence, no stack, and nothing secret in all of its output. */
function saidBy({ code, stdout, stderr }: Exit): string {
  expect(code).toBe(1);
  expect(stderr).toMatch(/^.+\n$/);
  expect(stdout + stderr).not.toContain('hunter2');
  return stderr.trim();
}

const newFile = () => path.join(temporaryFolder(), 'all.db');
const APPLIED = /^Applied Migration\d+_\w+\.$/gm;

describe('on SQLite', () => {
  test('a new database is made; a second run has nothing to apply', async () => {
    const file = newFile();
    const { code, stdout, stderr } = await migrate(`sqlite:${file}`);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^Database: .*\/all\.db\nSQLite 3[.\d]+ opens it\.\n/);
    expect(stdout.match(APPLIED)).toHaveLength(rowsOf(file, 'select * from mikro_orm_migrations').length);
    expect((await migrate(`sqlite:${file}`)).stdout).toContain('Nothing to apply: it is up to date.\n');
  });

  test('six processes at once apply each migration once, and all succeed', async () => {
    const file = newFile();
    const runs = await Promise.all(Array.from({ length: 6 }, () => migrate(`sqlite:${file}`)));
    expectAppliedOnce(runs);
    const times = 'select count(*) as times from mikro_orm_migrations group by name';
    expect(rowsOf(file, `select distinct times from (${times})`)).toEqual([{ times: 1 }]);
  });

  test('while a server uses the file it says so, and touches nothing', async () => {
    const file = newFile();
    const server = await startServer({ env: { DATABASE_URL: `sqlite:${file}` } });
    const exit = await migrate(`sqlite:${file}`);
    expect(saidBy(exit)).toBe(`Another Carryover process uses ${file}. On SQLite there can be one.`);
    expect(exit.stdout).toBe(`Database: ${file}\nAnother process uses it. Waiting.\n`);
    expect(await server.viewer.sessions()).toMatchObject({ totalCount: 0 });
  });

  test('an upgrade that is killed on its way leaves the old schema or the new one, and the next run completes it', async () => {
    const file = newFile();
    const rows = await ofTheFirstVersion(file);
    const { child, exited } = spawnProgram({ program: 'migrate', env: { DATABASE_URL: `sqlite:${file}` } });
    // Long before the end of its transaction it writes to the log what no longer fits its memory.
    await expect.poll(() => logSize(file), { interval: 2, timeout: 60_000 }).toBeGreaterThan(1_000_000);
    child.kill('SIGKILL');
    expect(await exited).toMatchObject({ code: null });

    expect(rowsOf(file, 'pragma integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    const applied = rowsOf(file, 'select name from mikro_orm_migrations').length;
    const documents = rowsOf(file, "select count(*) as there from sqlite_master where name = 'document'");
    expect(documents).toEqual([{ there: applied === 1 ? 0 : 1 }]);
    expect(rowsOf(file, 'select count(*) as n from chunk')).toEqual([{ n: rows }]);

    expect((await migrate(`sqlite:${file}`)).code).toBe(0);
    expect(rowsOf(file, "select name from sqlite_master where name like '%temp_alter%'")).toEqual([]);
    expect(rowsOf(file, 'select count(*) as n from chunk')).toEqual([{ n: rows }]);
    expect((await migrate(`sqlite:${file}`)).stdout).toContain('Nothing to apply');
  });

  test('what is wrong is said in a sentence', async () => {
    const folder = temporaryFolder();
    expect(saidBy(await migrate(`sqlite:${folder}`))).toMatch(/^The database cannot be used: .+ See DATABASE_URL\.$/);
    const file = newFile();
    await migrate(`sqlite:${file}`);
    inFile(file, "insert into mikro_orm_migrations (name) values ('Migration29990101000000_later')");
    expect(saidBy(await migrate(`sqlite:${file}`))).toMatch(/newer version of Carryover.*_later\.$/);
    const broken = newFile();
    inFile(broken, 'create table chunk (id int)');
    expect(saidBy(await migrate(`sqlite:${broken}`))).toMatch(
      /^The migration \w+_initial failed\. The database is as it was before: table `?chunk`? already exists\.$/,
    );
    expect(rowsOf(broken, 'select name from sqlite_master')).toEqual([{ name: 'chunk' }]);
  });
});

function expectAppliedOnce(runs: readonly Exit[]): void {
  expect(runs.map(({ code, stderr }) => [code, stderr])).toEqual(runs.map(() => [0, '']));
  expect(runs.filter(({ stdout }) => APPLIED.test(stdout))).toHaveLength(1);
  expect(runs.filter(({ stdout }) => stdout.includes('Nothing to apply'))).toHaveLength(runs.length - 1);
}

function inFile(file: string, sql: string): void {
  const database = new Database(file);
  database.exec(sql);
  database.close();
}

/** @returns how many pieces it holds: more than fit the memory of an upgrade */
async function ofTheFirstVersion(file: string): Promise<number> {
  const orm: Orm = await SqlMikroORM.init(ormOptions(`sqlite:${file}`, entities));
  await orm.migrator.up({ migrations: ['Migration20261122032358_initial'] });
  await orm.close(true);
  const rows = 30_000;
  inFile(
    file,
    `insert into chat_session (id, user_id, title, model, tags, created_at, updated_at) values ('s', 'alice', 'Knee', 'm', '[]', 0, 0);
    insert into chat_message (id, user_id, session_id, seq, role, status, created_at) values ('q', 'alice', 's', 1, 'USER', 'COMPLETE', 0);
    insert into memory_scope (id, user_id, session_id) values (7, 'alice', 's');
    insert into chunk (user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, said_at, embedding_model, embedding)
      with recursive n(at) as (select 0 union all select at + 1 from n where at < ${rows - 1})
      select 'alice', 7, 'q', 1, at, 0, 'My knee hurts.', 4, 3, 'USER', 0, 'm', zeroblob(2048) from n;
    pragma wal_checkpoint(truncate);`,
  );
  expect(logSize(file)).toBe(0);
  return rows;
}

const logSize = (file: string): number => (existsSync(`${file}-wal`) ? statSync(`${file}-wal`).size : 0);

describe.skipIf(!hasServer)('on PostgreSQL', () => {
  test('an empty database is migrated and named without what is secret; a second run has nothing to apply', async () => {
    const url = withPassword(await emptyServerDatabase());
    const { code, stdout, stderr } = await migrate(url);
    expect([code, stderr]).toEqual([0, '']);
    const { username, host, pathname } = new URL(url);
    const [named, answers, pgvector] = stdout.split('\n');
    expect(named).toBe(`Database: ${username}@${host}${pathname}`);
    expect(answers).toMatch(/^PostgreSQL \d+(\.\d+)+ answers\.$/);
    expect(pgvector).toMatch(/^pgvector (is not in the database yet|[.\d]+ is there)\.$/);
    expect(stdout).toMatch(/^Applied Migration\d+_initial\.$/m);
    expect(stdout).not.toContain('hunter2');

    const second = await migrate(url);
    expect(second.stdout).toMatch(/^pgvector \d+\.\d+\.\d+ is there\.\nNothing to apply: it is up to date\.$/m);
    const server = await startServer({ env: { DATABASE_URL: url } });
    expect(await server.viewer.sessions()).toMatchObject({ totalCount: 0 });
    server.signal('SIGTERM');
    const served = await server.exited;
    expect(served.stdout).toContain(`"database":"${username}@${host}${pathname}"`);
    expect(served.stdout + served.stderr).not.toContain('hunter2');
  });

  test('six processes at once apply each migration once, and all succeed', async () => {
    const url = await emptyServerDatabase();
    expectAppliedOnce(await Promise.all(Array.from({ length: 6 }, () => migrate(url))));
    const times = 'select count(*)::int as times from mikro_orm_migrations group by name';
    expect(await onServer(`select distinct times from (${times}) t`, url)).toEqual([{ times: 1 }]);
  });

  test('a server does not start on a database that waits for migrations, and changes nothing in it', async () => {
    const url = await emptyServerDatabase();
    expect(saidBy(await serve(url))).toMatch(
      /^The database is not up to date, pending: Migration\d+_initial.*\. Run: npm run migrate$/,
    );
    expect(await tablesOf(url)).toEqual([]);
  });

  test('a newer database is refused by the command and by the server', async () => {
    const url = await emptyServerDatabase();
    await migrate(url);
    await onServer("insert into mikro_orm_migrations (name) values ('Migration29990101000000_later')", url);
    for (const run of [migrate, serve]) {
      expect(saidBy(await run(url))).toMatch(/newer version of Carryover.*Migration29990101000000_later\.$/);
    }
  });

  test('an upgrade that is killed on its way leaves nothing of itself, and the next run completes it', async () => {
    const url = await emptyServerDatabase();
    const other = await connectedClient(url);
    onTestFinished(() => other.end());
    // Whoever makes a table of this name waits until it is known whether there is one.
    await other.query('begin; create table prompt_item (id int)');
    const { child, exited } = spawnProgram({ program: 'migrate', env: { DATABASE_URL: url } });
    await expect.poll(() => waitingFor(url), { timeout: 60_000 }).toMatch(/^create table "prompt_item"/);
    child.kill('SIGKILL');
    await exited;
    expect(await tablesOf(url)).toEqual([]);

    await other.query('rollback');
    const { code, stdout } = await migrate(url);
    expect([code, stdout]).toEqual([0, expect.stringMatching(APPLIED)]);
    expect((await migrate(url)).stdout).toContain('Nothing to apply');
  });

  test('a migration that fails is named, and leaves nothing', async () => {
    const url = await emptyServerDatabase();
    await onServer('create table chunk (id int)', url);
    expect(saidBy(await migrate(url))).toMatch(
      /^The migration \w+_initial failed\. The database is as it was before: relation "chunk" already exists\.$/,
    );
    expect(await tablesOf(url)).toEqual(['chunk']);
  });

  test('what is wrong with a database is said in a sentence, by the command and by the server', async () => {
    const url = withPassword(await emptyServerDatabase());
    const { host } = new URL(url);
    const missing = Object.assign(new URL(url), { pathname: '/no_such_database' }).href;
    const nobody = Object.assign(new URL(url), { username: 'no_such_user' }).href;
    const latin = await emptyServerDatabase("template template0 encoding 'LATIN1' locale 'C'");
    for (const run of [migrate, serve]) {
      expect(saidBy(await run(missing))).toContain(`there is no database no_such_database at ${host} (3D000)`);
      expect(saidBy(await run(nobody))).toMatch(/no_such_user.*\(28(000|P01)\)/);
      expect(saidBy(await run(latin))).toContain('is encoded in LATIN1, and UTF8 is needed');
    }
  });

  test('a user who may do little is told what a superuser has to run, step by step, and then may migrate', async () => {
    const user = `carryover_test_${process.pid}_owner`;
    await onServer(`create role ${user} login password 'hunter2'`);
    onTestFinished(async () => {
      await onServer(`drop role ${user}`);
    });
    const url = await emptyServerDatabase(`owner ${user} template template0`);
    const owners = Object.assign(new URL(url), { username: user, password: 'hunter2' }).href;
    expect(saidBy(await migrate(owners))).toMatch(
      /pgvector is not in \w+ at \S+, and \w+ may not put it there \(42501\)\. Have a superuser run there: create extension vector\. See/,
    );
    await onServer('create extension vector', url);
    const grant = `grant carryover_viewer to "${user}" with set true, inherit false`;
    expect(saidBy(await migrate(owners))).toContain(grant);
    await onServer(grant);
    expect(await migrate(owners)).toMatchObject({ code: 0, stderr: '' });
  });
});

/** The protocol's AuthenticationSASL and AuthenticationSASLContinue. */
const ASKS_FOR_PASSWORD = ['R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0', 'R\0\0\0\x0b\0\0\0\x0br=x'];

const withPassword = (url: string): string => Object.assign(new URL(url), { password: 'hunter2%40' }).href;

const tablesOf = async (url: string): Promise<unknown[]> =>
  (await onServer("select tablename as name from pg_tables where schemaname = 'public' order by 1", url)).map(
    ({ name }) => name,
  );

/** The statement of ours that waits for a lock. */
async function waitingFor(url: string): Promise<string> {
  const [waiting] = await onServer(
    "select query from pg_stat_activity where datname = current_database() and application_name = 'carryover' and wait_event_type = 'Lock'",
    url,
  );
  return String(waiting?.query ?? '');
}

describe('of a PostgreSQL that cannot be reached', () => {
  const SECRETS = 'carry:hunter2%40@';

  test('the host, the port and the cause are said, by the command and by the server', async () => {
    const closed = await listening(() => undefined);
    await closed.close();
    for (const run of [migrate, serve]) {
      expect(saidBy(await run(`postgresql://${SECRETS}127.0.0.1:${closed.port}/all`))).toBe(
        `The database cannot be used: nobody listens at 127.0.0.1:${closed.port} (connection refused). See DATABASE_URL.`,
      );
      expect(saidBy(await run(`postgresql://${SECRETS}db.invalid/all`))).toMatch(
        /^The database cannot be used: there is no host named db\.invalid \(E\w+\)\. See DATABASE_URL\.$/,
      );
    }
  });

  test.each([
    ['28P01', 'password authentication failed', /does not take the password of the user carry \(28P01\)/],
    ['53300', 'sorry, too many clients already', /has no connection left \(53300\)/],
    ['57P03', 'the database system is starting up', /is starting or stopping \(57P03\)/],
    ['22P02', 'invalid input: "hunter2"', /error 22P02/],
  ])('an answer of %s is told in our words', async (code, message, sentence) => {
    const { port } = await listening((socket) => void socket.once('data', () => socket.end(errorOf(code, message))));
    const said = saidBy(await migrate(`postgresql://127.0.0.1:${port}/all?user=carry&password=hunter2`));
    expect(said).toMatch(sentence);
    expect(said).toContain(`127.0.0.1:${port}`);
  });

  test('a server that never answers is not waited for', async () => {
    const { port } = await listening(() => undefined);
    expect(saidBy(await migrate(`postgresql://${SECRETS}127.0.0.1:${port}/all`))).toBe(
      `The database cannot be used: 127.0.0.1:${port} does not answer in time (timeout). See DATABASE_URL.`,
    );
  });

  test.each(['migrate', 'reindex'] as const)(
    '%s ends where a server asks for a password that the URL does not have',
    async (program) => {
      const { port } = await listening((socket) => {
        const questions = [...ASKS_FOR_PASSWORD];
        socket.on('data', () => void socket.write(questions.shift() ?? ''));
      });
      const env = { DATABASE_URL: `postgresql://carry@127.0.0.1:${port}/all` };
      expect(saidBy(await runProgram({ program, env }))).toBe(
        `The database cannot be used: 127.0.0.1:${port} asks for a password, and the URL has none. See DATABASE_URL.`,
      );
    },
  );

  test.each(['require', 'verify-full'])('with sslmode=%s nothing is sent to a server without TLS', async (mode) => {
    let sent = '';
    const { port } = await listening((socket) => {
      socket.once('data', (asked) => {
        expect(asked).toHaveLength(8);
        socket.on('data', (more) => {
          sent += more.toString('latin1');
        });
        socket.write('N');
      });
    });
    expect(saidBy(await migrate(`postgresql://${SECRETS}127.0.0.1:${port}/all?sslmode=${mode}`))).toBe(
      `The database cannot be used: 127.0.0.1:${port} offers no TLS, which sslmode asks for. See DATABASE_URL.`,
    );
    expect(sent).toBe('');
  });
});

async function listening(onConnection: (socket: Socket) => void): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    // The other end may just be gone.
    socket.on('error', () => undefined);
    onConnection(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const close = async () => {
    for (const socket of sockets) socket.destroy();
    if (server.listening) await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  onTestFinished(close);
  const address = server.address();
  return { port: typeof address === 'object' && address ? address.port : 0, close };
}

/** As PostgreSQL's protocol has it: a type, a length, fields that end with a zero. */
function errorOf(code: string, message: string): Buffer {
  const fields = Buffer.from(`SFATAL\0C${code}\0M${message}\0\0`);
  const length = Buffer.alloc(4);
  length.writeInt32BE(fields.length + 4);
  return Buffer.concat([Buffer.from('E'), length, fields]);
}
