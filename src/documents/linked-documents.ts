import { sql } from 'kysely';
import { isId } from '../db/columns.ts';
import { onPostgres } from '../db/dialect.ts';
import { listed } from '../db/listed.ts';
import { db, type Em } from '../db/orm.ts';
import { type DocumentRow, noSuchDocument } from './own-document.ts';

/** What a session's replies may draw on, in the viewer's order; whatever their status, of which only READY ones are found. */
export async function linkedDocuments(
  em: Em,
  userId: string,
  sessionId: string,
): Promise<Pick<DocumentRow, 'id' | 'status' | 'chunkCount'>[]> {
  return db(em)
    .selectFrom('session_document')
    .innerJoin('document', 'document.id', 'session_document.document')
    .select(['document.id', 'document.status', 'document.chunkCount'])
    .where('session_document.session', '=', sessionId)
    .where('document.userId', '=', userId)
    .orderBy('session_document.position')
    .execute();
}

/**
 * Sets what a session of the user's may draw on, in this order, in the transaction that makes or changes the session.
 *
 * @throws NOT_FOUND when one of them is not there, or not the user's
 */
export async function linkDocuments(
  em: Em,
  userId: string,
  sessionId: string,
  documentIds: readonly string[],
): Promise<void> {
  const ids = [...new Set(documentIds)];
  if (!ids.every(isId)) throw noSuchDocument();
  await db(em)
    .deleteFrom('session_document')
    .where('session', '=', (eb) =>
      eb
        .selectFrom('chat_session')
        .select('chat_session.id')
        .where('chat_session.id', '=', sessionId)
        .where('userId', '=', userId),
    )
    .execute();
  if (ids.length === 0) return;
  const linked = await db(em)
    .insertInto('session_document')
    .columns(['session', 'document', 'position'])
    .expression((eb) =>
      eb
        .selectFrom(sql<object>`${listed(em, 'uuid', ids)}`.as('wanted'))
        .innerJoin('document', (join) => join.on('document.id', '=', sql<string>`wanted.value`))
        .select([
          eb.cast<string>(eb.val(sessionId), onPostgres(em) ? 'uuid' : 'text').as('session'),
          'document.id',
          sql<number>`wanted.place`.as('position'),
        ])
        .where('document.userId', '=', userId),
    )
    .executeTakeFirstOrThrow();
  if (Number(linked.numInsertedOrUpdatedRows) < ids.length) throw noSuchDocument();
}
