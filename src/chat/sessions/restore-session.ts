import type { Context } from '../../context.ts';
import { isId } from '../../db/columns.ts';
import { db } from '../../db/orm.ts';
import { noSuchSession, type SessionRow } from '../own.ts';

/** Brings a deleted session back, memory included. One that is not deleted is answered as it is. */
export async function restoreSession({ app, em, viewer }: Context, id: string): Promise<SessionRow> {
  if (!isId(id)) throw noSuchSession();
  const session = await db(em)
    .updateTable('chat_session')
    .set({ deletedAt: null })
    .where('id', '=', id)
    .where('userId', '=', viewer.id)
    .returningAll()
    .executeTakeFirst();
  if (!session) throw noSuchSession();
  app.bell.ring(session.id);
  return session;
}
