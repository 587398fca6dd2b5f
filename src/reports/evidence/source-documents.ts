import { byCode } from '../../db/by-code.ts';
import { isId } from '../../db/columns.ts';
import { oneOf } from '../../db/listed.ts';
import { db, type Em } from '../../db/orm.ts';
import { type DocumentRow, noSuchDocument } from '../../documents/own-document.ts';
import type { ReportScope } from './period.ts';

export type SourceDocument = Pick<DocumentRow, 'id' | 'filename' | 'status' | 'chunkCount'>;

/** @throws NOT_FOUND where one of them is not the viewer's */
export async function refuseForeignDocuments(em: Em, userId: string, ids: readonly string[]): Promise<void> {
  if (!ids.every(isId)) throw noSuchDocument();
  const wanted = new Set(ids);
  if (wanted.size === 0) return;
  const { there } = await db(em)
    .selectFrom('document')
    .select((eb) => eb.fn.countAll<number>().as('there'))
    .where('id', 'in', [...wanted])
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  if (Number(there) < wanted.size) throw noSuchDocument();
}

/** The documents of the sessions that a report looks at, and those that were named besides; without what was deleted since. */
export async function sourceDocuments(
  em: Em,
  { userId, sessionId }: Pick<ReportScope, 'userId' | 'sessionId'>,
  named: readonly string[],
): Promise<SourceDocument[]> {
  return db(em)
    .selectFrom('document')
    .select(['id', 'filename', 'status', 'chunkCount'])
    .where('userId', '=', userId)
    .where((eb) =>
      eb.or([
        eb('id', 'in', oneOf(em, 'uuid', named)),
        eb(
          'id',
          'in',
          eb
            .selectFrom('session_document')
            .innerJoin('chat_session', 'chat_session.id', 'session_document.session')
            .select('session_document.document')
            .where('chat_session.userId', '=', userId)
            .where('chat_session.deletedAt', 'is', null)
            .$if(sessionId !== null, (query) => query.where('chat_session.id', '=', sessionId ?? '')),
        ),
      ]),
    )
    .orderBy(byCode(em, 'filename'))
    .orderBy('id')
    .execute();
}
