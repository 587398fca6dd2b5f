import { sql } from 'kysely';
import { db, type Em } from '../db/orm.ts';
import { enqueue } from '../jobs/queue.ts';
import type { PromptRole } from '../models/chat-model.ts';
import { countTokens } from '../models/count-tokens.ts';
import { EMBED_TASK, embedFollowersAnew } from './embedding-text.ts';
import { ownWords } from './own-words.ts';
import { splitText } from './split-text.ts';
import { countTerms } from './terms.ts';

export interface Source {
  userId: string;
  sessionId: string;
  messageId: string;
  seq: number;
  role: PromptRole;
  saidAt: Date;
  text: string;
  /** Only where a session has more people than the viewer. */
  speaker?: string | null;
}

/**
 * Makes a message retrievable by its words at once, and asks for its embeddings; in the transaction that stores it, or
 * that found it worth remembering. A message that is indexed already stays as it is. Wake the worker after the commit.
 */
export async function indexText(em: Em, source: Source): Promise<void> {
  const pieces = source.role === 'ASSISTANT' ? ownWords(source.text) : splitText(source.text);
  if (pieces.length === 0) return;
  const scopeId = await ensureScope(em, source);
  const counted = pieces.map((piece) => ({ ...piece, ...countTerms(piece.text) }));
  const rows = counted.map(({ start, text, words }, position) => [position, start, text, countTokens(text), words]);
  // One parameter for all: a long message has more chunks, and postings, than a statement may have parameters.
  const { rows: chunks } = await sql<{ id: number; position: number }>`
    insert into chunk (user_id, scope_id, message_id, seq, position, start, text, tokens, terms, role, speaker, said_at)
    select ${source.userId}, ${scopeId}, ${source.messageId}, ${source.seq}, value ->> 0, value ->> 1, value ->> 2,
      value ->> 3, value ->> 4, ${source.role}, ${source.speaker ?? null}, ${source.saidAt.getTime()}
    from json_each(${JSON.stringify(rows)}) where true
    on conflict (message_id, position) do nothing
    returning id, position
  `.execute(db(em));
  if (chunks.length === 0) return;

  const postings = chunks.flatMap(({ id, position }) =>
    [...(counted[position]?.frequencies ?? [])].map(([term, tf]) => [term, id, tf]),
  );
  await sql`
    insert into chunk_term (scope_id, term, chunk_id, tf)
    select ${scopeId}, value ->> 0, value ->> 1, value ->> 2 from json_each(${JSON.stringify(postings)})
  `.execute(db(em));
  const { userId, sessionId, messageId } = source;
  await enqueue(em, { userId, task: EMBED_TASK, key: messageId, sessionId, messageId });
  await insertBefore(em, { id: scopeId, userId, sessionId }, source.seq);
}

async function ensureScope(em: Em, { userId, sessionId }: Source): Promise<number> {
  await db(em)
    .insertInto('memory_scope')
    .values({ userId, session: sessionId })
    .onConflict((conflict) => conflict.column('session').doNothing())
    .execute();
  const scope = await db(em)
    .selectFrom('memory_scope')
    .select('id')
    .where('session', '=', sessionId)
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  return scope.id;
}

/** When something later is indexed already, this was no appending. */
async function insertBefore(
  em: Em,
  scope: { id: number; userId: string; sessionId: string },
  seq: number,
): Promise<void> {
  const { numUpdatedRows } = await db(em)
    .updateTable('memory_scope')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', scope.id)
    .where(({ exists, selectFrom }) =>
      exists(selectFrom('chunk').select('chunk.id').where('chunk.scope', '=', scope.id).where('chunk.seq', '>', seq)),
    )
    .executeTakeFirstOrThrow();
  if (numUpdatedRows > 0n) await embedFollowersAnew(em, scope, [seq]);
}
