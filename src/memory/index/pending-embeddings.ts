import { sql } from 'kysely';
import { db, type Em } from '../../db/orm.ts';
import { enqueue } from '../../jobs/queue.ts';
import { EMBED_TASK } from './embedding-text.ts';

/** While a session is not to be remembered, nothing of it goes to the embedding model: a job under way cannot finish. */
export async function dropPendingEmbeddings(em: Em, userId: string, sessionId: string): Promise<void> {
  await db(em)
    .deleteFrom('job')
    .where('task', '=', EMBED_TASK)
    .where('session', '=', sessionId)
    .where('userId', '=', userId)
    .execute();
}

/** Asks for what `dropPendingEmbeddings` left out. */
export async function askForMissingEmbeddings(em: Em, userId: string, sessionId: string): Promise<void> {
  const missing = await db(em)
    .selectFrom('chunk')
    .innerJoin('memory_scope', 'memory_scope.id', 'chunk.scope')
    .select('chunk.message')
    .distinct()
    .where('memory_scope.session', '=', sessionId)
    .where('memory_scope.userId', '=', userId)
    .where('chunk.embedding', 'is', null)
    .where(({ not, exists, selectFrom, cast }) =>
      not(
        exists(
          selectFrom('job')
            .select(sql<number>`1`.as('there'))
            .where('job.task', '=', EMBED_TASK)
            .where('job.key', '=', cast<string>('chunk.message', 'text')),
        ),
      ),
    )
    .execute();
  for (const { message } of missing) {
    if (message === null) continue;
    await enqueue(em, { userId, task: EMBED_TASK, key: message, sessionId, messageId: message });
  }
}
