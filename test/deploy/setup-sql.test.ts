import { createHash, createHmac, pbkdf2Sync } from 'node:crypto';
import { expect, onTestFinished, test, vi } from 'vitest';
import { connect, serverUrl, setUp } from '../support/set-up-database.ts';

vi.setConfig({ testTimeout: 60_000 });

const onPostgres = test.skipIf(!serverUrl);

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
    const { name, password, superuser, run } = await setUp('own');
    for (const time of ['first', 'second']) expect(await run(), time).toMatchObject({ code: 0 });

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
    expect(isPassword(password, roles[0]?.rolpassword)).toBe(true);
    expect(isPassword('another', roles[0]?.rolpassword)).toBe(false);
  },
);

onPostgres('its owner makes tables, and becomes the viewer to see what was granted and nothing else', async () => {
  const { name, superuser, run, ownerUrl } = await setUp('own');
  expect(await run()).toMatchObject({ code: 0 });
  const owner = await connect(ownerUrl);
  onTestFinished(() => owner.end());

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
    const { name, superuser, run } = await setUp('own');
    expect(await run(env)).toMatchObject({ code: 3, stderr: expect.stringContaining('DATABASE_PASSWORD is not set') });
    expect(await superuser.query('select from pg_roles where rolname like $1', [`${name}%`])).toMatchObject({
      rowCount: 0,
    });
  },
);
