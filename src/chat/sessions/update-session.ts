import type { Context } from '../../context.ts';
import { isId } from '../../db/columns.ts';
import { db } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { linkDocuments } from '../../documents/linked-documents.ts';
import { invalid } from '../../errors.ts';
import { noSuchSession, type SessionRow } from '../own.ts';
import type { UpdateChatSessionInput } from '../session.type.ts';
import { offeredModel, refuseNulls, unique } from './create-session.ts';

/** Changes only what is given. A title given here is the viewer's for good. @throws NOT_FOUND, also for a document */
export async function updateSession(
  { app, em, viewer }: Pick<Context, 'app' | 'em' | 'viewer'>,
  input: UpdateChatSessionInput,
): Promise<SessionRow> {
  refuseNulls(input, ['title', 'model', 'tags', 'documentIds']);
  const { id, title, model, instructions, tags, documentIds } = input;
  const changes = {
    ...(title != null && { title: title.trim(), titleIsAutomatic: false }),
    ...(model != null && { model: offeredModel(app.chat, model) }),
    ...(instructions !== undefined && { instructions: instructions?.trim() || null }),
    ...(tags != null && { tags: unique(tags) }),
  };
  if (Object.keys(changes).length === 0 && documentIds == null) throw invalid('input', 'nothing to change is given');
  if (!isId(id)) throw noSuchSession();

  const session = await viewerTransaction(em, viewer.id, async (tx) => {
    const changed = await db(tx)
      .updateTable('chat_session')
      .set({ ...changes, updatedAt: new Date() })
      .where('id', '=', id)
      .where('userId', '=', viewer.id)
      .where('deletedAt', 'is', null)
      .returningAll()
      .executeTakeFirst();
    if (!changed) throw noSuchSession();
    if (documentIds != null) await linkDocuments(tx, viewer.id, changed.id, documentIds);
    return changed;
  });
  app.bell.ring(session.id);
  return session;
}
