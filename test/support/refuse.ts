import { vi } from 'vitest';
import { onPostgres } from '../../src/db/dialect.ts';
import { type Em, forkEm, type Orm } from '../../src/db/orm.ts';
import { isPglite, onServer, testDialect } from './test-database.ts';

/** Which rows the database refuses, and what it says. */
interface Refused {
  table: string;
  before: 'insert' | 'update';
  /** A condition on `new`, the row. */
  when?: string;
  says?: string;
}

/** Makes the database refuse rows. @returns what makes it take them again */
export async function refuse(
  { orm }: { orm: Orm },
  { table, before, when = '1 = 1', says = 'no' }: Refused,
): Promise<() => Promise<void>> {
  return addTrigger(orm, `before ${before} on ${table}`, {
    when,
    sqlite: `select raise(abort, '${says}')`,
    postgres: `raise exception '${says}'`,
  });
}

/** Does something in the statement that does something else. @returns what ends that */
export async function addTrigger(
  orm: Orm,
  event: string,
  { when = '1 = 1', sqlite, postgres }: { when?: string; sqlite: string; postgres: string },
): Promise<() => Promise<void>> {
  const em = forkEm(orm);
  if (!onPostgres(em)) {
    await em.execute(`create trigger of_a_test ${event} when ${when} begin ${sqlite}; end`);
    return async () => void (await em.execute('drop trigger of_a_test'));
  }
  await em.execute(`create function of_a_test() returns trigger language plpgsql as $$
    begin ${postgres}; return case when tg_op = 'DELETE' then old else new end; end $$`);
  await em.execute(`create trigger of_a_test ${event} for each row when (${when}) execute function of_a_test()`);
  return async () => void (await em.execute('drop function of_a_test cascade'));
}

/** Makes the database one that can only be read. @returns what ends that */
export async function forbidWriting(em: Em): Promise<() => Promise<void>> {
  if (testDialect === 'sqlite' || isPglite) {
    const setting = isPglite ? 'set default_transaction_read_only =' : 'pragma query_only =';
    await em.execute(`${setting} on`);
    return async () => void (await em.execute(`${setting} off`));
  }
  const [{ name } = { name: '' }] = await em.execute<{ name: string }[]>('select current_database() as name');
  const set = async (value: string) => {
    await onServer(`alter database ${name} set default_transaction_read_only = ${value}`);
    // It is for those who connect from then on.
    await onServer(`select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}'`);
    await vi.waitFor(() => em.execute('select 1'));
  };
  await set('on');
  return () => set('off');
}
