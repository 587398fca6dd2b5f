import { inBatches } from '../db/in-batches.ts';
import { type Em, forkEm, type Orm } from '../db/orm.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import { enqueue, finish, LeaseLostError, stillHeld } from '../jobs/queue.ts';
import type { ClaimedJob, Task } from '../jobs/task.ts';
import type { Logger } from '../logger.ts';
import { dropPieces } from '../memory/index/drop-pieces.ts';
import { EMBED_DOCUMENT_TASK } from '../memory/index/embedding-text.ts';
import { indexPieces } from '../memory/index/index-text.ts';
import type { TextPiece } from '../memory/split/split-text.ts';
import type { Embedder } from '../models/embedder.ts';
import { dropFile, loadContent, setDocument, setText, sourceOf } from './document-content.ts';
import { type DocumentRow, findDocument } from './own-document.ts';
import { type ReadText, readInThread } from './read/read-in-thread.ts';
import { UnreadableError } from './read/unreadable.ts';

export const INDEX_DOCUMENT_TASK = 'index-document';

/** As many pieces are indexed in one transaction, which others wait for. */
const BATCH = 20;
/** A file with which the process has ended so often will end it again. */
const MAX_READS = 5;
/** Some hours of a full disk, once the file has been read: that is no fault of it. */
const MAX_ATTEMPTS = 30;

interface Deps {
  orm: Orm;
  embedder: Pick<Embedder, 'maxTokens'>;
  log: Logger;
}

/** Makes a document's file text, and the text retrievable by its words. What was done before is not done again. */
export function indexDocumentTask(deps: Deps): Task {
  return {
    name: INDEX_DOCUMENT_TASK,
    batchSize: 1,
    maxAttempts: MAX_ATTEMPTS,
    estimateTokens: null,
    lane: 'documents',
    async run(jobs, signal) {
      for (const job of jobs) await indexDocument(deps, job, signal);
    },
  };
}

async function indexDocument(deps: Deps, job: ClaimedJob, signal: AbortSignal): Promise<void> {
  const { orm, log } = deps;
  const begun = performance.now();
  const document = await findDocument(forkEm(orm), job.userId, job.documentId ?? '');
  if (!document) return;
  try {
    const { pieces } = await readDocument(deps, job, document, signal);
    let from = document.chunkCount;
    await inBatches(async () => {
      const batch = pieces.slice(from, from + BATCH);
      await inHeldJob(orm, job, (em) => indexBatch(em, job, { document, batch, from }));
      from += batch.length;
      return from < pieces.length;
    }, signal);
    await inHeldJob(orm, job, (em) => makeReady(em, job, document));
    const durationMs = Math.round(performance.now() - begun);
    log.info({ documentId: document.id, chunks: pieces.length, durationMs }, 'document indexed');
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    // What an earlier attempt indexed of it.
    await inBatches(() => inHeldJob(orm, job, (em) => dropPieces(em, job.userId, document.id, BATCH)), signal);
    await inHeldJob(orm, job, (em) => makeFailed(em, job, document, error.message));
    const reason = error.cause instanceof Error ? error.cause.name : null;
    log.info({ documentId: document.id, mimeType: document.mimeType, reason }, 'document unreadable');
  }
}

/** The text goes in place of the file as soon as it is known. */
async function readDocument(
  { orm, embedder }: Deps,
  job: ClaimedJob,
  document: DocumentRow,
  signal: AbortSignal,
): Promise<ReadText> {
  const source = sourceOf(await loadContent(forkEm(orm), document), document);
  if ('bytes' in source && job.attempts > MAX_READS) {
    throw new UnreadableError('Reading the file failed again and again.');
  }
  const read = await readInThread({ source, maxTokens: embedder.maxTokens }, signal);
  if ('bytes' in source) await inHeldJob(orm, job, (em) => setText(em, document, read.text));
  return read;
}

async function indexBatch(
  em: Em,
  job: ClaimedJob,
  { document, batch, from }: { document: DocumentRow; batch: readonly TextPiece[]; from: number },
): Promise<void> {
  const source = { userId: job.userId, documentId: document.id, addedAt: document.createdAt };
  await indexPieces(em, source, batch, from);
  await setDocument(em, document, { chunkCount: from + batch.length });
}

async function makeReady(em: Em, job: ClaimedJob, document: DocumentRow): Promise<void> {
  const { id, userId } = document;
  await setDocument(em, document, { status: 'READY' });
  await enqueue(em, { userId, task: EMBED_DOCUMENT_TASK, key: id, documentId: id });
  await finish(em, job);
}

async function makeFailed(em: Em, job: ClaimedJob, document: DocumentRow, failure: string): Promise<void> {
  await dropFile(em, document);
  await setDocument(em, document, { status: 'FAILED', failure, chunkCount: 0 });
  await finish(em, job);
}

/** Deleted meanwhile, or taken by another process: what this run would do must not be committed. */
function inHeldJob<T>(orm: Orm, job: ClaimedJob, work: (em: Em) => Promise<T>): Promise<T> {
  return viewerTransaction(forkEm(orm), job.userId, async (em) => {
    if ((await stillHeld(em, [job])).length === 0) throw new LeaseLostError();
    return work(em);
  });
}
