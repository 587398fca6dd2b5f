import { execFile } from 'node:child_process';
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { expect, onTestFinished, test, vi } from 'vitest';
import { project } from '../support/dockerfile.ts';

vi.setConfig({ testTimeout: 60_000 });

const serverUrl = process.env.TEST_DATABASE_URL ?? '';
const onPostgres = test.skipIf(!serverUrl.startsWith('postgres'));

const PASSWORD = `it's "a" $1 \\ password`;

interface Psql {
  code: number | null;
  stderr: string;
}

/** The set-up under a name that nobody else has, gone with the test: roles belong to the whole server. */
async function setUpFor() {
  const name = `deploy_${randomBytes(4).toString('hex')}`;
  const sql = readFileSync(path.join(project, 'deploy/setup.sql'), 'utf8').replaceAll('carryover', name);
  const superuser = await connect(serverUrl);
  onTestFinished(async () => {
    await superuser.query(`drop database if exists ${name} with (force)`);
    for (const role of [name, `${name}_viewer`]) await superuser.query(`drop role if exists ${role}`);
    await superuser.end();
  });
  return { name, superuser, run: (env: NodeJS.ProcessEnv) => psql(sql, env) };
}

async function connect(url: string): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  return client;
}

/** What psql makes of a file: Debian has it in postgresql-client. */
function psql(sql: string, env: NodeJS.ProcessEnv): Promise<Psql> {
  return new Promise((resolve, reject) => {
    const given = { PATH: process.env.PATH, ...env };
    const child = execFile('psql', ['--no-psqlrc', '--file=-', serverUrl], { env: given }, (error, _out, stderr) => {
      if (child.exitCode === null) reject(error ?? new Error('psql did not end.'));
      else resolve({ code: child.exitCode, stderr });
    });
    child.stdin?.end(sql);
  });
}

/** Whether a password is the one of which PostgreSQL keeps this verifier, by RFC 5802. */
function isPassword(password: string, verifier: string): boolean {
  const [, iterations = '', salt = '', storedKey] = /^SCRAM-SHA-256\$(\d+):([^$]+)\$([^:]+):/.exec(verifier) ?? [];
  const salted = pbkdf2Sync(password, Buffer.from(salt, 'base64'), Number(iterations), 32, 'sha256');
  const clientKey = createHmac('sha256', salted).update('Client Key').digest();
  return createHash('sha256').update(clientKey).digest('base64') === storedKey;
}

onPostgres(
  'the set-up makes a database, its owner with the password, and who owns nothing, as often as it is run',
  async () => {
    const { name, superuser, run } = await setUpFor();
    for (const time of ['first', 'second'])
      expect(await run({ DATABASE_PASSWORD: PASSWORD }), time).toMatchObject({ code: 0 });

    const { rows: roles } = await superuser.query(
      `select rolname, rolcanlogin, rolsuper, rolcreaterole, rolcreatedb, rolbypassrls, rolpassword from pg_authid
     where rolname like $1 order by rolname`,
      [`${name}%`],
    );
    const rights = { rolsuper: false, rolcreaterole: false, rolcreatedb: false, rolbypassrls: false };
    expect(roles).toMatchObject([
      { rolname: name, rolcanlogin: true, ...rights },
      { rolname: `${name}_viewer`, rolcanlogin: false, rolpassword: null, ...rights },
    ]);
    expect(isPassword(PASSWORD, roles[0]?.rolpassword)).toBe(true);
    expect(isPassword('another', roles[0]?.rolpassword)).toBe(false);
  },
);

onPostgres('its owner makes tables, and becomes the viewer to see what was granted and nothing else', async () => {
  const { name, superuser, run } = await setUpFor();
  expect(await run({ DATABASE_PASSWORD: PASSWORD })).toMatchObject({ code: 0 });
  const url = new URL(serverUrl);
  url.pathname = name;
  const owner = await connect(String(url));
  onTestFinished(() => owner.end());

  await owner.query(`set session authorization ${name}`);
  await owner.query('create table secret as select 1 as id; create table shown (embedding vector)');
  await owner.query(`grant select on shown to ${name}_viewer; set role ${name}_viewer`);

  expect(await owner.query('select from shown')).toMatchObject({ rowCount: 0 });
  await expect(owner.query('select from secret')).rejects.toThrow('permission denied');
  await expect(owner.query('create table mine ()')).rejects.toThrow('permission denied');
  const { rows } = await superuser.query(
    `select has_database_privilege('public', $1, 'connect') as anybody, has_database_privilege($1, $1, 'connect') as owner`,
    [name],
  );
  expect(rows).toEqual([{ anybody: false, owner: true }]);
});

onPostgres.each([{}, { DATABASE_PASSWORD: '' }])(
  'without a password nothing is made, and psql says why',
  async (env) => {
    const { name, superuser, run } = await setUpFor();
    expect(await run(env)).toMatchObject({ code: 3, stderr: expect.stringContaining('DATABASE_PASSWORD is not set') });
    expect(await superuser.query('select from pg_roles where rolname like $1', [`${name}%`])).toMatchObject({
      rowCount: 0,
    });
  },
);
