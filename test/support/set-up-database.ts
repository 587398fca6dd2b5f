import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Client } from 'pg';
import { onTestFinished } from 'vitest';
import { project } from './dockerfile.ts';

/** A superuser's, on a real PostgreSQL; empty without one. */
export const serverUrl = process.env.TEST_DATABASE_URL?.startsWith('postgres') ? process.env.TEST_DATABASE_URL : '';

const PASSWORD = `it's "a" $1 \\ pass/word@?`;

/** How psql ended. */
interface Psql {
  code: number | null;
  stderr: string;
}

export interface SetUp {
  /** Of the database and of its owner. */
  name: string;
  password: string;
  superuser: Client;
  /** Runs deploy/setup.sql, with the password unless told otherwise. */
  run(env?: NodeJS.ProcessEnv): Promise<Psql>;
  /** Where the owner logs in. */
  ownerUrl: string;
}

/**
 * The set-up under a name that nobody else has, because roles belong to the whole server; gone with the test.
 *
 * @param viewer whose the viewer's role is: of this set-up alone, or the one that migrations know
 */
export async function setUp(viewer: 'own' | 'known'): Promise<SetUp> {
  const name = `deploy_${randomBytes(4).toString('hex')}`;
  const text = readFileSync(path.join(project, 'deploy/setup.sql'), 'utf8');
  const sql = text.replaceAll(viewer === 'own' ? /carryover/g : /carryover(?!_viewer)/g, name);
  const superuser = await connect(serverUrl);
  onTestFinished(async () => {
    await superuser.query(`drop database if exists ${name} with (force)`);
    for (const role of [name, `${name}_viewer`]) await superuser.query(`drop role if exists ${role}`);
    await superuser.end();
  });
  const url = new URL(serverUrl);
  Object.assign(url, { pathname: name, username: name, password: PASSWORD });
  const run = (env: NodeJS.ProcessEnv = { DATABASE_PASSWORD: PASSWORD }) => psql(sql, env);
  return { name, password: PASSWORD, superuser, run, ownerUrl: url.href };
}

export async function connect(url: string): Promise<Client> {
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
