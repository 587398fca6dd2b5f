import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { type Em, forkEm } from '../../src/db/orm.ts';
import type { TestApp } from './app.ts';

export type Rows = Record<string, Record<string, unknown>[]>;

/** Every row of every table of ours, by table. */
export async function allRows({ running }: Pick<TestApp, 'running'>): Promise<Rows> {
  const em = forkEm(running.orm);
  const rows: Rows = {};
  for (const name of await tablesOf(em)) rows[name] = await em.execute(`select * from "${name}"`);
  return rows;
}

const OTHERS = /^(sqlite_|mikro_orm)/;

async function tablesOf(em: Em): Promise<string[]> {
  const tables = await em.execute<{ name: string }[]>(`select name from sqlite_master where type = 'table'`);
  return tables.map(({ name }) => name).filter((name) => !OTHERS.test(name));
}

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
