import type { EntityMetadata, EntityProperty } from '@mikro-orm/core';
import { VIEWER_ID } from './viewer-role.ts';

/** What is read of the ORM's metadata. */
export type Table = Pick<EntityMetadata, 'tableName' | 'props' | 'primaryKeys' | 'properties'>;

/**
 * Which rows of a table a viewer has, on PostgreSQL: those with the viewer's id; where a table has none, those of the
 * viewer's rows of the table that its key begins with. The owner of the tables has them all.
 *
 * @throws where rows of a table would be everybody's or nobody's: it has neither
 */
export function viewersRows({ tableName, props, primaryKeys, properties }: Table): string {
  const own = props.find((property) => property.name === 'userId');
  if (own) return `${columnOf(own)} = ${VIEWER_ID}`;
  const key = primaryKeys.flatMap((name) => Object.values(properties).find((property) => property.name === name) ?? []);
  const parent = key.find((property) => property.targetMeta);
  const target = parent?.targetMeta;
  if (!parent || !target) throw new Error(`Nothing says whose the rows of ${tableName} are.`);
  // Its own policy holds in here.
  const { tableName: table } = target;
  return `exists (select 1 from ${table} where ${table}.${columnOf(target.getPrimaryProp())} = ${tableName}.${columnOf(parent)})`;
}

const columnOf = ({ fieldNames }: Pick<EntityProperty, 'fieldNames'>): string => fieldNames.join();

/** Puts every table behind the second wall. */
export function addPolicies(tables: Iterable<EntityMetadata>): void {
  for (const table of tables) table.policies = [{ name: 'own_rows', using: viewersRows(table) }];
}
