import { Client } from 'pg';
import { built } from '../built.ts';

const { entities }: typeof import('../../src/entities.ts') = await import(built('entities.js'));
const { openOrm }: typeof import('../../src/db/orm.ts') = await import(built('db/orm.js'));

/** A server on which databases may be made; null where none is given. */
export const postgresUrl = [process.env.BENCH_DATABASE_URL, process.env.TEST_DATABASE_URL].find((url) =>
  url?.startsWith('postgres'),
);

export interface BenchDatabase {
  url: string;
  /** Another with what is in this one. Nobody may be connected to this one. */
  copy(): Promise<BenchDatabase>;
}

let made = 0;

/** Empty databases that last as long as `use`. */
export async function inDatabases<T>(use: (make: () => Promise<BenchDatabase>) => Promise<T>): Promise<T> {
  const names: string[] = [];
  const make = async (template: string): Promise<BenchDatabase> => {
    const name = `carryover_bench_${process.pid}_${++made}`;
    await query(`create database ${name} template ${template}`);
    names.push(name);
    return { url: named(name), copy: () => make(name) };
  };
  try {
    return await use(() => make('template1'));
  } finally {
    for (const name of names) await query(`drop database ${name} with (force)`);
  }
}

/** Gives a database its tables. */
export async function migrate({ url }: BenchDatabase): Promise<void> {
  const orm = await openOrm(url, entities);
  await orm.close(true);
}

/** Runs one statement on the server, or in one of its databases. */
export async function query<T extends object>(text: string, values: unknown[] = [], url = postgresUrl): Promise<T[]> {
  const client = new Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query<T>(text, values)).rows;
  } finally {
    await client.end();
  }
}

function named(name: string): string {
  const url = new URL(postgresUrl ?? '');
  url.pathname = name;
  return url.href;
}
