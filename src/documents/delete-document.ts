import type { Context } from '../context.ts';
import { cutLog } from '../db/cut-log.ts';
import { inBatches } from '../db/in-batches.ts';
import { db, type Em, forkEm } from '../db/orm.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import { dropPieces } from '../memory/index/drop-pieces.ts';
import { NOBODY } from '../users/nobody.ts';
import { findDocument, noSuchDocument } from './own-document.ts';

/** As many pieces, each with its postings, go in one transaction, which others wait for. */
const BATCH = 100;

/** Deletes a document with everything made of it, for good; a job that reads or embeds it cannot bring it back. */
export async function deleteDocument(ctx: Pick<Context, 'app' | 'em' | 'viewer' | 'log'>, id: string): Promise<void> {
  const { app, viewer } = ctx;
  // What is nobody's is out of the viewer's reach too.
  const em = forkEm(app.orm);
  const sessionIds = await viewerTransaction(em, viewer.id, (tx) => disown(tx, viewer.id, id));
  for (const sessionId of sessionIds) app.bell.ring(sessionId);
  await deleteDisowned(em, id);
  await cutLog(ctx);
}

/** Deletes what is left of documents that are nobody's. @throws the signal's reason, between two batches */
export async function deleteDisownedDocuments(em: Em, signal?: AbortSignal): Promise<void> {
  const left = await db(em).selectFrom('document').select('id').where('userId', '=', NOBODY).execute();
  for (const { id } of left) await deleteDisowned(em, id, signal);
}

async function deleteDisowned(em: Em, id: string, signal?: AbortSignal): Promise<void> {
  await inBatches(() => viewerTransaction(em, NOBODY, (tx) => dropPieces(tx, NOBODY, id, BATCH)), signal);
  await db(em).deleteFrom('document').where('id', '=', id).where('userId', '=', NOBODY).execute();
}

/**
 * Takes it from its viewer and from where it is used. The same file sent again is another document from then on.
 *
 * @returns the sessions that could draw on it
 */
async function disown(em: Em, userId: string, id: string): Promise<string[]> {
  const document = await findDocument(em, userId, id);
  if (!document) throw noSuchDocument();
  await db(em).deleteFrom('job').where('userId', '=', userId).where('document', '=', document.id).execute();
  await db(em)
    .deleteFrom('summary')
    .where('userId', '=', userId)
    .where('id', 'in', (eb) =>
      eb.selectFrom('summary_document').select('summary_document.summary').where('document', '=', document.id),
    )
    .execute();
  await db(em)
    .updateTable('document')
    .set({ userId: NOBODY, contentHash: document.id })
    .where('id', '=', document.id)
    .where('userId', '=', userId)
    .execute();
  const links = await db(em)
    .deleteFrom('session_document')
    .where('document', '=', document.id)
    .returning('session')
    .execute();
  return links.map((link) => link.session);
}
