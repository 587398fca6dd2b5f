import { db, type Em, forkEm, type Orm } from '../db/orm.ts';
import { finish, stillHeld } from '../jobs/queue.ts';
import type { ClaimedJob } from '../jobs/task.ts';
import type { Logger } from '../logger.ts';
import type { Embedder } from '../models/embedder.ts';
import { bookUsage } from '../users/usage.ts';
import { embeddingText } from './embedding-text.ts';
import { spokenText } from './spoken-text.ts';

export interface EmbedDeps {
  orm: Orm;
  embedder: Embedder;
  log: Logger;
  /** Called after the commit, for each session of which more is embedded. */
  onIndexed(sessionId: string): void;
}

/** A chunk without an embedding of the current model. */
interface Unembedded {
  id: number;
  jobId: string;
  text: string;
  speaker: string | null;
  previous: string | null;
}

/** Does these jobs with one call of the embedder, and finishes those that nobody has asked for anew meanwhile. */
export async function embedMessages(deps: EmbedDeps, jobs: readonly ClaimedJob[], signal: AbortSignal): Promise<void> {
  const { orm, embedder, log } = deps;
  const begun = performance.now();
  const chunks = await unembedded(forkEm(orm), jobs, embedder.model);
  const texts = chunks.map(({ text, speaker, previous }) => embeddingText(spokenText(text, speaker), previous));
  const { vectors, inputTokens } =
    texts.length > 0 ? await embedder.embed(texts, signal) : { vectors: [], inputTokens: 0 };
  const embedded = chunks.map((chunk, at) => ({
    ...chunk,
    vector: vectors[at] ?? null,
    chars: texts[at]?.length ?? 0,
  }));

  const held = await forkEm(orm).transactional(async (em) => {
    const held = await stillHeld(em, jobs);
    const byJob = Map.groupBy(embedded, (chunk) => chunk.jobId);
    for (const job of held) {
      for (const { id, vector } of byJob.get(job.id) ?? []) {
        await db(em)
          .updateTable('chunk')
          .set({ embedding: vector, embeddingModel: embedder.model })
          .where('id', '=', id)
          .where('userId', '=', job.userId)
          .execute();
      }
      await finish(em, job);
    }
    const chars = sum(embedded.map((chunk) => chunk.chars));
    for (const [sessionId, ofSession] of Map.groupBy(held, (job) => job.sessionId)) {
      const userId = ofSession[0]?.userId;
      const own = sum(ofSession.flatMap((job) => byJob.get(job.id) ?? []).map((chunk) => chunk.chars));
      if (userId === undefined || own === 0) continue;
      const share = Math.round((inputTokens * own) / chars);
      await bookUsage(em, { userId, sessionId }, [
        { purpose: 'EMBEDDING', model: embedder.model, inputTokens: share, outputTokens: 0 },
      ]);
    }
    return held;
  });

  const durationMs = Math.round(performance.now() - begun);
  log.info(
    { model: embedder.model, messages: held.length, chunks: chunks.length, inputTokens, durationMs },
    'embedded',
  );
  for (const sessionId of new Set(held.map((job) => job.sessionId))) if (sessionId !== null) deps.onIndexed(sessionId);
}

/** In order; `previous` is the text of the chunk before it in the session. */
function unembedded(em: Em, jobs: readonly ClaimedJob[], model: string): Promise<Unembedded[]> {
  return db(em)
    .selectFrom('job')
    .innerJoin('chunk', (join) =>
      join.onRef('chunk.message', '=', 'job.message').onRef('chunk.userId', '=', 'job.userId'),
    )
    .select(({ selectFrom }) => [
      'chunk.id',
      'job.id as jobId',
      'chunk.text',
      'chunk.speaker',
      selectFrom('chunk as before')
        .select('before.text')
        .whereRef('before.scope', '=', 'chunk.scope')
        .where(({ eb, refTuple }) =>
          eb(refTuple('before.seq', 'before.position'), '<', refTuple('chunk.seq', 'chunk.position')),
        )
        .orderBy('before.seq', 'desc')
        .orderBy('before.position', 'desc')
        .limit(1)
        .as('previous'),
    ])
    .where(
      'job.id',
      'in',
      jobs.map((job) => job.id),
    )
    .where(({ or, eb }) => or([eb('chunk.embedding', 'is', null), eb('chunk.embeddingModel', '!=', model)]))
    .orderBy('chunk.scope')
    .orderBy('chunk.seq')
    .orderBy('chunk.position')
    .execute();
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
