import type { EntityMetadata } from '@mikro-orm/core';
import { VIEWER_ROLE } from './viewer-role.ts';

/** Runs one statement in a transaction, and gives its rows. */
export type RunSql = <T = unknown>(statement: string) => Promise<T[]>;

type Table = Pick<EntityMetadata, 'tableName' | 'props'>;

export class SecondWallError extends Error {
  override readonly name = 'SecondWallError';

  constructor(why: string, login: string, options?: ErrorOptions) {
    const name = `"${login.replaceAll('"', '""')}"`;
    super(
      `On PostgreSQL what a viewer asks for runs as the role ${VIEWER_ROLE}, and ${why}. A superuser has to run: ` +
        `create role ${VIEWER_ROLE} nologin; grant ${VIEWER_ROLE} to ${name} with set true, inherit false; ` +
        '(each where it is not done yet). Then run: npm run migrate',
      options,
    );
  }
}

// Other databases of the server share the role, and may be migrated at the same moment.
const MAKE_ROLE = `do $$ begin
  if not exists (select from pg_roles where rolname = '${VIEWER_ROLE}') then create role ${VIEWER_ROLE} nologin; end if;
exception when duplicate_object or unique_violation then null;
end $$`;

const JOIN_ROLE = `do $$ begin
  if current_setting('server_version_num')::int < 160000 then
    if not pg_has_role('${VIEWER_ROLE}', 'member') then grant ${VIEWER_ROLE} to current_user; end if;
  elsif not pg_has_role('${VIEWER_ROLE}', 'set') then
    execute 'grant ${VIEWER_ROLE} to current_user with set true, inherit false';
  end if;
exception when unique_violation then null;
end $$`;

/** Makes the role, once for all databases of a server, and lets the login become it. @throws SecondWallError */
export async function makeViewerRole(run: RunSql): Promise<void> {
  const login = await loginOf(run);
  try {
    await run(MAKE_ROLE);
    await run(JOIN_ROLE);
  } catch (error) {
    if (!isRefused(error)) throw error;
    throw new SecondWallError('the login may not make it, or not become it', login, { cause: error });
  }
}

/** Lets the role read and write the tables, in which the policies show it a viewer's rows. */
export async function openTables(run: RunSql, tables: readonly Table[]): Promise<void> {
  const names = tables.map(({ tableName }) => `"${tableName}"`);
  await run(`grant select, insert, update, delete on table ${names.join(', ')} to ${VIEWER_ROLE}`);
  const sequences = tables.flatMap(({ tableName, props }) =>
    props
      .filter((property) => property.autoincrement)
      .map(({ fieldNames }) => `"${tableName}_${fieldNames.join()}_seq"`),
  );
  await run(`grant usage on sequence ${sequences.join(', ')} to ${VIEWER_ROLE}`);
  const [schema] = await run<{ name: string; isOpen: boolean }>(
    `select quote_ident(current_schema()) as name, has_schema_privilege('${VIEWER_ROLE}', current_schema(), 'usage') as "isOpen"`,
  );
  if (schema && !schema.isOpen) await run(`grant usage on schema ${schema.name} to ${VIEWER_ROLE}`);
}

/** @throws SecondWallError where a viewer would see what is another's, or the background would not see what is there */
export async function refuseWithoutWall(run: RunSql, tables: readonly Table[]): Promise<void> {
  const login = await loginOf(run);
  const names = tables.map(({ tableName }) => `'"${tableName}"'`).join(', ');
  const [mine] = await run(`select from unnest(array[${names}]::regclass[]) as t where row_security_active(t)`);
  if (mine) throw new SecondWallError(`the login ${login} does not own the tables`, login);
  await run(`set local role ${VIEWER_ROLE}`).catch((error: unknown) => {
    throw new SecondWallError('the login cannot become it', login, { cause: error });
  });
  const open = await run<{ name: string }>(
    `select t::text as name from unnest(array[${names}]::regclass[]) as t where not row_security_active(t)`,
  );
  const shut = await run<{ name: string }>(
    `select t::text as name from unnest(array[${names}]::regclass[]) as t where not has_table_privilege(t, 'delete')`,
  );
  await run('reset role');
  const list = (found: { name: string }[]) => found.map(({ name }) => name).join(', ');
  if (open.length > 0) throw new SecondWallError(`it sees every row of ${list(open)}`, login);
  if (shut.length > 0) throw new SecondWallError(`it has no part in ${list(shut)}`, login);
}

async function loginOf(run: RunSql): Promise<string> {
  const [login] = await run<{ name: string }>('select session_user::text as name');
  return login?.name ?? '';
}

/** Insufficient privilege. */
const isRefused = (error: unknown): boolean => error instanceof Error && 'code' in error && error.code === '42501';
