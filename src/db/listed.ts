import { type RawBuilder, sql } from 'kysely';
import { onPostgres } from './dialect.ts';
import type { Em } from './orm.ts';

type ListType = keyof typeof POSTGRES_TYPES;

/** SQLite asks no type. JSON is given as its text. */
const POSTGRES_TYPES = {
  uuid: 'uuid',
  text: 'text',
  integer: 'integer',
  real: 'double precision',
  instant: 'timestamptz',
  json: 'jsonb',
} as const;

type ListValue = string | number | Date | null;

/**
 * Values as a table, `value` and, from 0, `place`. However many there are, they take one parameter: a statement has room
 * for a limited number.
 */
export const listed = (em: Em, type: ListType, values: readonly ListValue[]): RawBuilder<unknown> =>
  listedRows(
    em,
    { value: type },
    values.map((value) => ({ value })),
  );

/** Values for `in`. */
export const oneOf = <T extends string | number>(em: Em, type: ListType, values: readonly T[]): RawBuilder<T> =>
  onPostgres(em)
    ? sql<T>`(select unnest(${arrayOf(type, values)}))`
    : sql<T>`(select value from json_each(${JSON.stringify(values)}))`;

/** Rows as a table of these columns and, from 0, `place`, in a parameter for each column at most. */
export function listedRows<C extends string>(
  em: Em,
  columns: Readonly<Record<C, ListType>>,
  rows: readonly Readonly<Record<NoInfer<C>, ListValue>>[],
): RawBuilder<unknown> {
  const names = Object.keys(columns) as C[];
  if (onPostgres(em)) {
    const list = sql.join(names.map((name) => sql.id(name)));
    const arrays = names.map((name) =>
      arrayOf(
        columns[name],
        rows.map((row) => row[name]),
      ),
    );
    return sql`(select ${list}, place - 1 as place from unnest(${sql.join(arrays)}) with ordinality as l(${list}, place))`;
  }
  const fields = names.map((name, at) => sql`value ->> ${sql.lit(at)} as ${sql.id(name)}`);
  const values = rows.map((row) => names.map((name) => storedInSqlite(row[name])));
  return sql`(select ${sql.join(fields)}, key as place from json_each(${JSON.stringify(values)}))`;
}

const arrayOf = (type: ListType, values: readonly ListValue[]) =>
  sql`${[...values]}::${sql.raw(POSTGRES_TYPES[type])}[]`;

const storedInSqlite = (value: ListValue) => (value instanceof Date ? value.getTime() : value);
