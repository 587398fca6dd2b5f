import { type EntityProperty, type Platform, UuidType } from '@mikro-orm/core';
import { MikroKyselyPlugin, type MikroKyselyPluginOptions, type SqlEntityManager } from '@mikro-orm/sql';
import {
  type KyselyPlugin,
  type PluginTransformQueryArgs,
  type PluginTransformResultArgs,
  type QueryId,
  type QueryResult,
  RawNode,
  type RootOperationNode,
  type UnknownRow,
} from 'kysely';

/** What a column is called in an entity, and how its values get there; null: as they are. */
interface Column {
  name: string;
  convert: ((value: unknown) => unknown) | null;
}

type Columns = ReadonlyMap<string, Column>;

const known = new WeakMap<object, Columns>();

/**
 * Names and values as entities have them. Queries are MikroORM's to translate. It translates rows too, but tries every
 * name that a column might have for each of them, which took a third of the time of a page; here the columns of a result
 * are looked up once.
 */
export class EntityPlugin implements KyselyPlugin {
  readonly #queries: MikroKyselyPlugin;
  readonly #columns: Columns;
  readonly #raw = new WeakSet<QueryId>();

  constructor(em: SqlEntityManager, options: MikroKyselyPluginOptions) {
    this.#queries = new MikroKyselyPlugin(em, options);
    this.#columns = columnsOf(em);
  }

  transformQuery(args: PluginTransformQueryArgs): RootOperationNode {
    // Whoever writes SQL names its columns too.
    if (RawNode.is(args.node)) this.#raw.add(args.queryId);
    return this.#queries.transformQuery(args);
  }

  async transformResult({ result, queryId }: PluginTransformResultArgs): Promise<QueryResult<UnknownRow>> {
    const [first] = result.rows;
    if (!first || this.#raw.has(queryId)) return result;
    const columns = Object.keys(first).map((key) => ({
      key,
      ...(this.#columns.get(key) ?? { name: key, convert: null }),
    }));
    const rows = result.rows.map((row) => {
      const named: UnknownRow = {};
      for (const { key, name, convert } of columns) {
        const value = row[key];
        named[name] = convert && value !== null ? convert(value) : value;
      }
      return named;
    });
    return { ...result, rows };
  }
}

/** By their names in the database, and in entities: an alias may be one. No name means two things in our tables. */
function columnsOf(em: SqlEntityManager): Columns {
  const metadata = em.getMetadata();
  const before = known.get(metadata);
  if (before) return before;
  const columns = new Map<string, Column>();
  for (const property of [...metadata].flatMap((entity) => entity.props)) {
    const column = { name: property.name, convert: conversionOf(property, em.getPlatform()) };
    for (const key of [...(property.fieldNames ?? []), property.name]) {
      const other = columns.get(key);
      if (other && (other.name !== column.name || !other.convert !== !column.convert)) {
        throw new Error(`${key} means two things: ${other.name} and ${column.name}.`);
      }
      columns.set(key, column);
    }
  }
  known.set(metadata, columns);
  return columns;
}

function conversionOf({ customType, runtimeType }: EntityProperty, platform: Platform): Column['convert'] {
  // On SQLite a UUID is its text.
  if (customType instanceof UuidType) return null;
  if (customType) return (value) => customType.convertToJSValue(value, platform);
  if (runtimeType === 'boolean') return Boolean;
  return runtimeType === 'Date' ? asDate : null;
}

/** SQLite has milliseconds. */
const asDate = (value: unknown): unknown =>
  typeof value === 'number' || typeof value === 'string' ? new Date(value) : value;
