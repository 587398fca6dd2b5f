import { db, type Em, forkEm, type Orm } from '../db/orm.ts';
import { enqueue, finish, LeaseLostError, stillHeld } from '../jobs/queue.ts';
import type { ClaimedJob, Task } from '../jobs/task.ts';
import type { Logger } from '../logger.ts';
import { EMBED_DOCUMENT_TASK } from '../memory/embedding-text.ts';
import { indexPieces } from '../memory/index-text.ts';
import { splitText, type TextPiece } from '../memory/split-text.ts';
import { type DocumentRow, findDocument } from './own-document.ts';

export const INDEX_DOCUMENT_TASK = 'index-document';

/** As many pieces are indexed in one transaction, which others wait for. */
const BATCH = 50;

/** Makes a document's file text, and the text retrievable by its words. */
export function indexDocumentTask({ orm, log }: { orm: Orm; log: Logger }): Task {
  return {
    name: INDEX_DOCUMENT_TASK,
    batchSize: 1,
    maxAttempts: 10,
    async run(jobs, signal) {
      for (const job of jobs) {
        const document = await findDocument(forkEm(orm), job.userId, job.documentId ?? '');
        if (!document) continue;
        const text = await textOf(forkEm(orm), document);
        const pieces = splitText(text);
        await storeText(orm, job, text);
        const done = await indexedPieces(forkEm(orm), document);
        for (let from = done; from < pieces.length && !signal.aborted; from += BATCH) {
          const batch = pieces.slice(from, from + BATCH);
          await forkEm(orm).transactional((em) => indexBatch(em, job, { document, batch, from }));
        }
        if (signal.aborted) return;
        await forkEm(orm).transactional((em) => makeReady(em, job, pieces.length));
        log.info({ documentId: document.id, chunks: pieces.length }, 'document indexed');
      }
    },
  };
}

async function textOf(em: Em, { id }: DocumentRow): Promise<string> {
  const content = await db(em)
    .selectFrom('document_content')
    .select(['file', 'extractedText'])
    .where('document', '=', id)
    .executeTakeFirstOrThrow();
  return content.extractedText ?? Buffer.from(content.file ?? []).toString('utf8');
}

async function storeText(orm: Orm, job: ClaimedJob, extractedText: string): Promise<void> {
  await forkEm(orm).transactional(async (em) => {
    await refuseLost(em, job);
    await db(em)
      .updateTable('document_content')
      .set({ extractedText, file: null })
      .where('document', '=', job.documentId)
      .execute();
  });
}

async function indexedPieces(em: Em, { id, userId }: DocumentRow): Promise<number> {
  const { last } = await db(em)
    .selectFrom('chunk')
    .select((eb) => eb.fn.max<number | null>('position').as('last'))
    .where('document', '=', id)
    .where('userId', '=', userId)
    .executeTakeFirstOrThrow();
  return last === null ? 0 : last + 1;
}

async function indexBatch(
  em: Em,
  job: ClaimedJob,
  { document, batch, from }: { document: DocumentRow; batch: readonly TextPiece[]; from: number },
): Promise<void> {
  await refuseLost(em, job);
  const source = { userId: job.userId, documentId: document.id, addedAt: document.createdAt };
  await indexPieces(em, source, batch, from);
  await setDocument(em, job, { chunkCount: from + batch.length });
}

async function makeReady(em: Em, job: ClaimedJob, chunkCount: number): Promise<void> {
  await setDocument(em, job, { status: 'READY', chunkCount });
  const { userId, documentId } = job;
  await enqueue(em, { userId, task: EMBED_DOCUMENT_TASK, key: job.key, documentId });
  await finish(em, job);
}

async function setDocument(em: Em, { userId, documentId }: ClaimedJob, changes: Partial<DocumentRow>): Promise<void> {
  await db(em).updateTable('document').set(changes).where('id', '=', documentId).where('userId', '=', userId).execute();
}

/** Deleted meanwhile, or taken by another process: what this run would do must not be committed. */
async function refuseLost(em: Em, job: ClaimedJob): Promise<void> {
  if ((await stillHeld(em, [job])).length === 0) throw new LeaseLostError();
}
