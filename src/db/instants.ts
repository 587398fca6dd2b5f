import { type RawBuilder, sql } from 'kysely';
import { onPostgres } from './dialect.ts';
import type { Em } from './orm.ts';

/** A moment in SQL of ours, as the columns hold it: SQLite counts milliseconds since 1970. */
export const instant = (em: Em, time: Date): RawBuilder<Date> =>
  onPostgres(em) ? sql<Date>`cast(${time} as timestamptz)` : sql<Date>`${time.getTime()}`;

/** What SQL of ours gave for an instant. */
export const dateOf = (value: Date | number): Date => (value instanceof Date ? value : new Date(value));

const DAY_MS = 86_400_000;

/** The day of UTC of a column's instant, in days since 1970. */
export const dayOf = (em: Em, column: string): RawBuilder<number> =>
  onPostgres(em)
    ? sql<number>`(cast(${sql.ref(column)} at time zone 'UTC' as date) - date '1970-01-01')`
    : sql<number>`${sql.ref(column)} / ${sql.lit(DAY_MS)}`;
