import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { onPostgres } from '../../src/db/dialect.ts';
import { type Em, forkEm } from '../../src/db/orm.ts';
import type { TestApp } from './app.ts';

type Row = Record<string, unknown>;
export type Rows = Record<string, Row[]>;

const inOrder = (a: Row, b: Row): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);

/** Every row of every table of ours, by table, always in the same order. */
export async function allRows({ running }: Pick<TestApp, 'running'>): Promise<Rows> {
  const em = forkEm(running.orm);
  const rows: Rows = {};
  for (const name of await tablesOf(em))
    rows[name] = (await em.execute<Row[]>(`select * from "${name}"`)).sort(inOrder);
  return rows;
}

const OTHERS = /^(sqlite_|mikro_orm)/;

/** The names of our tables. */
export async function tablesOf(em: Em): Promise<string[]> {
  const tables = await em.execute<{ name: string }[]>(
    onPostgres(em)
      ? 'select tablename as name from pg_tables where schemaname = current_schema() order by name'
      : `select name from sqlite_master where type = 'table'`,
  );
  return tables.map(({ name }) => name).filter((name) => !OTHERS.test(name));
}

/** The names of a table's columns. */
export async function columnsOf(em: Em, table: string): Promise<string[]> {
  const columns = await em.execute<{ name: string }[]>(
    onPostgres(em)
      ? 'select attname as name from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped'
      : 'select name from pragma_table_info(?)',
    [table],
  );
  return columns.map(({ name }) => name);
}

/** A column of one table that refers to a column of another. */
export interface Reference {
  child: string;
  from: string;
  parent: string;
  to: string;
}

export const referencesOf = (em: Em): Promise<Reference[]> =>
  em.execute(
    onPostgres(em)
      ? `select c.relname as child, a.attname as "from", p.relname as parent, f.attname as "to" from pg_constraint r
          join pg_class c on c.oid = r.conrelid join pg_attribute a on a.attrelid = c.oid and a.attnum = r.conkey[1]
          join pg_class p on p.oid = r.confrelid join pg_attribute f on f.attrelid = p.oid and f.attnum = r.confkey[1]
          where r.contype = 'f' order by child, "from"`
      : `select t.name as child, k."from", k."table" as parent, k."to" from sqlite_master t, pragma_foreign_key_list(t.name) k
          where t.type = 'table'`,
  );

/** The tables in which one of the texts stands, whatever the column's type; in any case. */
export function tablesWith(rows: Rows, texts: readonly string[]): string[] {
  const holds = (value: unknown) => {
    const text = value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value);
    return texts.some((each) => text.toLowerCase().includes(each.toLowerCase()));
  };
  return Object.entries(rows)
    .filter(([, ofTable]) => ofTable.some((row) => Object.values(row).some(holds)))
    .map(([name]) => name)
    .sort();
}

/** How often one of the texts stands in each file of a folder, in any case. */
export function timesInFiles(folder: string, texts: readonly string[]): Record<string, number> {
  const count = (file: string) => {
    const bytes = readFileSync(path.join(folder, file)).toString('latin1').toLowerCase();
    return texts.reduce((times, text) => times + bytes.split(text.toLowerCase()).length - 1, 0);
  };
  return Object.fromEntries(readdirSync(folder).map((file) => [file, count(file)]));
}
