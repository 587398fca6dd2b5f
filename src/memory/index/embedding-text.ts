import { sql } from 'kysely';
import { listed } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { enqueue } from '../../jobs/queue.ts';

/** Asks for the embeddings of one message, its key, in its session. */
export const EMBED_TASK = 'embed';
/** Asks for the embeddings of one document, its key. */
export const EMBED_DOCUMENT_TASK = 'embed-document';

/** Longer chunks say enough by themselves, and would only be blurred. In UTF-16 units, like all lengths here. */
const SHORT_CHARS = 150;
const TAIL_CHARS = 200;

/** What is embedded for a chunk: a short one is understood with the end of the one before it in its session. */
export function embeddingText(text: string, previous: string | null): string {
  if (previous === null || text.length > SHORT_CHARS) return text;
  return `${previous.slice(-TAIL_CHARS)} ${text}`;
}

/**
 * After something came or went in a session: the chunks after `seqs` were embedded with other words before them than
 * stand there, or are being so, and are asked for anew.
 *
 * @param seqs of the messages that came or went
 */
export async function embedFollowersAnew(
  em: Em,
  scope: { id: number; userId: string; sessionId: string },
  seqs: number[],
) {
  const followers = sql<number>`(
    select (
      select id from chunk where scope_id = ${scope.id} and seq > gone.value order by seq, position limit 1
    ) from ${listed(em, 'integer', seqs)} as gone
  )`;
  const rows = await db(em)
    .updateTable('chunk')
    .set({ embedding: null, embeddingModel: null })
    .where('userId', '=', scope.userId)
    .where('id', 'in', followers)
    // In characters, never more than UTF-16 units: no short one is missed.
    .where(sql<number>`length(text)`, '<=', SHORT_CHARS)
    .returning('message')
    .execute();
  for (const messageId of new Set(rows.map((row) => row.message))) {
    if (messageId === null) continue;
    await enqueue(em, {
      userId: scope.userId,
      task: EMBED_TASK,
      key: messageId,
      sessionId: scope.sessionId,
      messageId,
    });
  }
}
