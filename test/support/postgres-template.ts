import { Client } from 'pg';
import type { TestProject } from 'vitest/node';
import { openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';

declare module 'vitest' {
  interface ProvidedContext {
    postgres: { template: string };
  }
}

/** Where tests run on a server: a migrated database, of which each test gets a copy. All of them go at the end. */
export default async function setUp(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const server = process.env.TEST_DATABASE_URL;
  const template = `carryover_test_${process.pid}_${Date.now().toString(36)}`;
  project.provide('postgres', { template });
  if (!server || server === 'pglite') return undefined;
  const client = new Client({ connectionString: server });
  await client.connect();
  // Its order of text is not that of codes, as in most databases.
  await client.query(`create database ${template} template template0 locale_provider icu icu_locale 'en-US'`);
  const url = new URL(server);
  url.pathname = template;
  const orm = await openOrm(url.href, entities);
  await orm.close(true);
  return async () => {
    const made = await client.query<{ name: string }>('select datname as name from pg_database where datname like $1', [
      `${template}%`,
    ]);
    for (const { name } of made.rows) await client.query(`drop database ${name} with (force)`);
    await client.end();
  };
}
