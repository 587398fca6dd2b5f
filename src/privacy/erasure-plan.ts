import type { EntityMetadata } from '@mikro-orm/core';

/** What is read of the ORM's metadata. */
export type Table = Pick<EntityMetadata, 'className' | 'tableName' | 'props'>;

/**
 * The tables from which a viewer's rows are deleted by their `userId`: all others empty themselves, because each of their
 * rows hangs on a row of such a table, or of one that hangs on it, and goes with it.
 *
 * @throws where rows of a table would be left: neither has it a `userId`, nor do they go with anything
 */
export function erasurePlan(tables: Iterable<Table>): string[] {
  const all = [...tables];
  const covered = new Set(all.filter(hasUser).map((table) => table.className));
  for (let before = -1; before < covered.size; ) {
    before = covered.size;
    for (const table of all) if (goesWith(table).some((parent) => covered.has(parent))) covered.add(table.className);
  }
  const forgotten = all.filter((table) => !covered.has(table.className));
  if (forgotten.length > 0) {
    throw new Error(
      `Erasing a viewer's data would leave rows of ${forgotten.map((table) => table.tableName).join(', ')}.`,
    );
  }
  const roots = all.filter((table) => hasUser(table) && goesWith(table).length === 0);
  return roots.map((table) => table.tableName);
}

const hasUser = ({ props }: Table): boolean => props.some((property) => property.name === 'userId');

/** What each row of the table hangs on: it cannot be there without it, and is deleted with it. */
const goesWith = ({ props }: Table): string[] =>
  props
    .filter((property) => property.deleteRule === 'cascade' && !property.nullable)
    .flatMap((property) => property.targetMeta?.className ?? []);
