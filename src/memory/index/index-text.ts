import { db, type Em } from '../../db/orm.ts';
import { enqueue } from '../../jobs/queue.ts';
import type { PromptRole } from '../../models/chat-model.ts';
import { ownWords } from '../split/own-words.ts';
import { splitText, type TextPiece } from '../split/split-text.ts';
import { EMBED_TASK, embedFollowersAnew } from './embedding-text.ts';
import { insertChunks } from './insert-chunks.ts';

/** A message, as memory sees it. */
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
  const { userId, sessionId, messageId, seq, role, saidAt } = source;
  const scopeId = await ensureScope(em, userId, { session: sessionId });
  const chunks = { userId, scopeId, of: { messageId }, seq, role, speaker: source.speaker ?? null, saidAt };
  if ((await insertChunks(em, chunks, pieces, 0)) === 0) return;
  await enqueue(em, { userId, task: EMBED_TASK, key: messageId, sessionId, messageId });
  await insertBefore(em, { id: scopeId, userId, sessionId }, seq);
}

export interface DocumentSource {
  userId: string;
  documentId: string;
  addedAt: Date;
}

/**
 * Makes pieces of a document retrievable by their words; those that are indexed already stay as they are. Their
 * embeddings are the caller's to ask for, once the document is whole.
 *
 * @param firstPosition of the first piece, in the document
 */
export async function indexPieces(
  em: Em,
  { userId, documentId, addedAt }: DocumentSource,
  pieces: readonly TextPiece[],
  firstPosition: number,
): Promise<void> {
  if (pieces.length === 0) return;
  const scopeId = await ensureScope(em, userId, { document: documentId });
  const chunks = { userId, scopeId, of: { documentId }, seq: 0, role: null, speaker: null, saidAt: addedAt };
  await insertChunks(em, chunks, pieces, firstPosition);
  await db(em)
    .updateTable('memory_scope')
    .set((eb) => ({ version: eb('version', '+', 1) }))
    .where('id', '=', scopeId)
    .where('userId', '=', userId)
    .execute();
}

async function ensureScope(em: Em, userId: string, owner: { session: string } | { document: string }): Promise<number> {
  const [column, id] =
    'session' in owner ? (['session', owner.session] as const) : (['document', owner.document] as const);
  const find = () => db(em).selectFrom('memory_scope').select('id').where(column, '=', id).where('userId', '=', userId);
  // It is there but for the first message.
  const known = await find().executeTakeFirst();
  if (known) return known.id;
  await db(em)
    .insertInto('memory_scope')
    .values({ userId, ...owner })
    .onConflict((conflict) => conflict.column(column).doNothing())
    .execute();
  return (await find().executeTakeFirstOrThrow()).id;
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
