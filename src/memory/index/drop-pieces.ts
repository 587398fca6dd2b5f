import { db, type Em } from '../../db/orm.ts';

/**
 * Takes pieces of a document out of memory, the last first, so that those that are left are the first.
 *
 * @param userId whose the document is
 * @returns whether there may be more
 */
export async function dropPieces(em: Em, userId: string, documentId: string, limit: number): Promise<boolean> {
  const owned = db(em)
    .selectFrom('document')
    .select('document.id')
    .where('document.id', '=', documentId)
    .where('document.userId', '=', userId);
  const { numDeletedRows } = await db(em)
    .deleteFrom('chunk')
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('chunk')
        .select('chunk.id')
        .where('chunk.document', 'in', owned)
        .orderBy('chunk.position', 'desc')
        .limit(limit),
    )
    .executeTakeFirstOrThrow();
  await db(em)
    .updateTable('memory_scope')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('document', 'in', owned)
    .execute();
  return Number(numDeletedRows) === limit;
}
