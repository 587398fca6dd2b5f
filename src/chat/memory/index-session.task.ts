import { NIL } from 'uuid';
import { inBatches } from '../../db/in-batches.ts';
import { db, type Em, forkEm, type Orm } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { finish } from '../../jobs/queue.ts';
import type { ClaimedJob, Task } from '../../jobs/task.ts';
import type { Logger } from '../../logger.ts';
import { askForMissingEmbeddings } from '../../memory/index/pending-embeddings.ts';
import { findSession, type MessageRow } from '../own.ts';
import { remember } from './remember.ts';

export const INDEX_SESSION_TASK = 'index-session';

/** As many messages are indexed in one transaction, which others wait for. */
const BATCH = 25;

/** Indexes what a session wrote while its long-term memory was off. */
export function indexSessionTask({ orm, log }: { orm: Orm; log: Logger }): Task {
  return {
    name: INDEX_SESSION_TASK,
    // It may take as long as a session is long, and embeddings are not to wait for it.
    lane: 'sessions',
    batchSize: 1,
    maxAttempts: 10,
    estimateTokens: null,
    async run(jobs, signal) {
      for (const job of jobs) {
        let after: number | null = 0;
        await inBatches(async () => {
          after = await viewerTransaction(forkEm(orm), job.userId, (em) => indexBatch(em, job, after ?? 0));
          return after !== null;
        }, signal);
        log.info({ sessionId: job.sessionId }, 'session indexed');
      }
    },
  };
}

/** @returns the last place it looked at; null when nothing is left behind it, and the job is done */
async function indexBatch(em: Em, job: ClaimedJob, after: number): Promise<number | null> {
  const missing = await missingMessages(em, job, after);
  for (const message of missing) await remember(em, message);
  const last = missing.length < BATCH ? undefined : missing.at(-1);
  if (last) return last.seq;
  if (job.sessionId !== null && (await isRecording(em, job))) {
    await askForMissingEmbeddings(em, job.userId, job.sessionId);
  }
  await finish(em, job);
  return null;
}

async function isRecording(em: Em, { userId, sessionId }: ClaimedJob): Promise<boolean> {
  const session = await findSession(em, userId, sessionId ?? '');
  return Boolean(session?.longTermMemory && !session.deletedAt);
}

function missingMessages(em: Em, { userId, sessionId }: ClaimedJob, after: number): Promise<MessageRow[]> {
  return db(em)
    .selectFrom('chat_message')
    .innerJoin('chat_session', 'chat_session.id', 'chat_message.session')
    .selectAll('chat_message')
    .where('chat_message.session', '=', sessionId ?? NIL)
    .where('chat_message.userId', '=', userId)
    .where('chat_session.longTermMemory', '=', true)
    .where('chat_session.deletedAt', 'is', null)
    .where('chat_message.type', '=', 'CHAT')
    .where('chat_message.status', 'in', ['COMPLETE', 'CANCELLED'])
    .where('chat_message.supersededBy', 'is', null)
    .where('chat_message.forgottenAt', 'is', null)
    .where('chat_message.seq', '>', after)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('chunk').select('chunk.id').whereRef('chunk.message', '=', 'chat_message.id'))),
    )
    .orderBy('chat_message.seq')
    .limit(BATCH)
    .execute();
}
