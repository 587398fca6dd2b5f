import { oneOf } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { EMBED_TASK, embedFollowersAnew } from './embedding-text.ts';

/**
 * Takes messages out of memory and out of all that was made of them; in the transaction that forgets, supersedes or
 * deletes them, before their rows go. A job under way cannot bring them back. Wake the worker after the commit.
 */
export async function forgetSources(em: Em, userId: string, messageIds: readonly string[]): Promise<void> {
  const gone = await db(em)
    .selectFrom('chunk')
    .innerJoin('memory_scope', 'memory_scope.id', 'chunk.scope')
    .select(['chunk.scope', 'memory_scope.session', 'chunk.seq'])
    .distinct()
    .where('chunk.userId', '=', userId)
    .where('chunk.message', 'in', oneOf(em, 'uuid', messageIds))
    .execute();
  await db(em)
    .deleteFrom('chunk')
    .where('userId', '=', userId)
    .where('message', 'in', oneOf(em, 'uuid', messageIds))
    .execute();
  await db(em)
    .deleteFrom('job')
    .where('userId', '=', userId)
    .where('task', '=', EMBED_TASK)
    .where('key', 'in', oneOf(em, 'text', messageIds))
    .execute();
  await deleteSummariesOf(em, userId, messageIds);

  for (const [id, rows] of Map.groupBy(gone, (row) => row.scope)) {
    await db(em)
      .updateTable('memory_scope')
      .set((eb) => ({ version: eb('version', '+', 1) }))
      .where('id', '=', id)
      .where('userId', '=', userId)
      .execute();
    for (const sessionId of new Set(rows.map((row) => row.session))) {
      if (sessionId === null) continue;
      await embedFollowersAnew(
        em,
        { id, userId, sessionId },
        rows.map((row) => row.seq),
      );
    }
  }
}

/** Deletes what was condensed from any of these messages. */
export async function deleteSummariesOf(em: Em, userId: string, messageIds: readonly string[]): Promise<void> {
  await db(em)
    .deleteFrom('summary')
    .where('userId', '=', userId)
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('summary_source')
        .select('summary_source.summary')
        .where('message', 'in', oneOf(em, 'uuid', messageIds)),
    )
    .execute();
}
