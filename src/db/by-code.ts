import { sql } from 'kysely';
import { onPostgres } from './dialect.ts';
import type { Em } from './orm.ts';

/** Text in the order of its characters' codes, as SQLite has it, whichever locale PostgreSQL's database was made with. */
export const byCode = (em: Em, column: string) =>
  onPostgres(em) ? sql<string>`${sql.ref(column)} collate "C"` : sql.ref<string>(column);
