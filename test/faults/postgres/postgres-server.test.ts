import { expect, test } from 'vitest';
import { NO_POSTGRES, startPostgres } from '../../support/postgres-server.ts';

test.skipIf(NO_POSTGRES)(
  'a PostgreSQL of a test comes back from a crash with what was committed, and is durable',
  async () => {
    const postgres = await startPostgres();
    expect(await postgres.sql('show fsync')).toEqual(['on']);
    expect(await postgres.sql('show synchronous_commit')).toEqual(['on']);
    await postgres.sql('create table kept (n int)');
    await postgres.sql('insert into kept select generate_series(1, 3)');

    await postgres.crash();
    await expect(postgres.sql('select 1')).rejects.toThrow('Connection refused');
    await postgres.crash();
    await postgres.start();
    await postgres.start();
    expect(await postgres.sql('select n from kept order by n')).toEqual(['1', '2', '3']);

    await postgres.stop();
    await expect(postgres.sql('select 1')).rejects.toThrow('Connection refused');
    await postgres.start();
    expect(await postgres.sql("select extname from pg_extension where extname = 'vector'")).toEqual(['vector']);
  },
);

test.skipIf(NO_POSTGRES)('two that start at once are two', async () => {
  const [one, other] = await Promise.all([startPostgres(), startPostgres()]);
  expect(one.port).not.toBe(other.port);
  await one.sql('create table here (n int)');
  await one.crash();
  expect(await other.sql("select count(*) from pg_class where relname = 'here'")).toEqual(['0']);
});
