import { db, type Em, forkEm, type Orm } from '../../db/orm.ts';
import { viewerTransaction } from '../../db/viewer-transaction.ts';
import { finish, giveBack, stillThere } from '../../jobs/queue.ts';
import type { ClaimedJob } from '../../jobs/task.ts';
import type { Logger } from '../../logger.ts';
import { usedBefore } from '../../models/chat-model.ts';
import { countTokens } from '../../models/count-tokens.ts';
import type { Embedder, Embeddings } from '../../models/embedder.ts';
import { bookEmbeddings, type EmbeddedJobs } from './book-embeddings.ts';
import { embeddingText } from './embedding-text.ts';
import { spokenText } from './spoken-text.ts';

export interface EmbedDeps {
  orm: Orm;
  embedder: Embedder;
  log: Logger;
  /** Called after the commit, for each session of which more is embedded. */
  onIndexed(sessionId: string): void;
}

/** What is embedded in one go: all chunks of some messages, or the next chunks of a document. */
export interface Slice {
  of: 'message' | 'document';
  /** When as many are done, the job comes back for the rest; null: all of them at once. */
  maxChunks: number | null;
}

/** A chunk without an embedding of the current model. */
interface Unembedded {
  id: number;
  jobId: string;
  text: string;
  speaker: string | null;
  previous: string | null;
}

/** Does these jobs with one call of the embedder, and ends those that nobody has asked for anew meanwhile. */
export async function embedChunks(
  deps: EmbedDeps,
  jobs: readonly ClaimedJob[],
  slice: Slice,
  signal: AbortSignal,
): Promise<void> {
  const { orm, embedder, log } = deps;
  const begun = performance.now();
  const chunks = await unembedded(forkEm(orm), jobs, slice, embedder.model);
  const texts = chunks.map(textOf);
  const charsByJob = new Map<string, number>();
  for (const [at, { jobId }] of chunks.entries()) {
    charsByJob.set(jobId, (charsByJob.get(jobId) ?? 0) + (texts[at]?.length ?? 0));
  }
  const call = { jobs, charsByJob, model: embedder.model };
  const { vectors, inputTokens } = await embed(embedder, texts, signal).catch(async (error: unknown) => {
    const { inputTokens } = usedBefore(error);
    if (inputTokens > 0) await bookFailed(orm, { ...call, inputTokens });
    throw error;
  });
  const embedded = chunks.map((chunk, at) => ({ ...chunk, vector: vectors[at] ?? null }));

  const held = await viewerTransaction(forkEm(orm), viewersOf(jobs), async (em) => {
    const there = await stillThere(em, jobs);
    await bookEmbeddings(em, jobsOf(there), { ...call, inputTokens });
    const held = jobsOf(there.filter(({ isHeld }) => isHeld));
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
      await (chunks.length === slice.maxChunks ? giveBack(em, job) : finish(em, job));
    }
    return held;
  });

  const durationMs = Math.round(performance.now() - begun);
  log.info(
    { model: embedder.model, [`${slice.of}s`]: held.length, chunks: chunks.length, inputTokens, durationMs },
    'embedded',
  );
  for (const sessionId of new Set(held.map((job) => job.sessionId))) if (sessionId !== null) deps.onIndexed(sessionId);
}

async function embed(embedder: Embedder, texts: readonly string[], signal: AbortSignal): Promise<Embeddings> {
  return texts.length > 0 ? embedder.embed(texts, signal) : { vectors: [], inputTokens: 0 };
}

/** What the model counted before it failed is used, and will be again with each attempt. */
function bookFailed(orm: Orm, call: EmbeddedJobs): Promise<void> {
  return viewerTransaction(forkEm(orm), viewersOf(call.jobs), async (em) =>
    bookEmbeddings(em, jobsOf(await stillThere(em, call.jobs)), call),
  );
}

const viewersOf = (jobs: readonly ClaimedJob[]): string[] => jobs.map(({ userId }) => userId);

const jobsOf = (there: readonly { job: ClaimedJob }[]): ClaimedJob[] => there.map(({ job }) => job);

/** What embedding the next slice of each of the jobs would come to. */
export async function estimateTokens(
  { orm, embedder }: EmbedDeps,
  jobs: readonly ClaimedJob[],
  slice: Slice,
): Promise<number[]> {
  const chunks = await unembedded(forkEm(orm), jobs, slice, embedder.model);
  const byJob = Map.groupBy(chunks, (chunk) => chunk.jobId);
  return jobs.map(({ id }) => sum((byJob.get(id) ?? []).map((chunk) => countTokens(textOf(chunk)))));
}

/** What is embedded for a chunk. */
const textOf = ({ text, speaker, previous }: Unembedded): string => embeddingText(spokenText(text, speaker), previous);

/** In order; `previous` is the text of the chunk before it in the session or document. */
function unembedded(
  em: Em,
  jobs: readonly ClaimedJob[],
  { of, maxChunks }: Slice,
  model: string,
): Promise<Unembedded[]> {
  const chunks = db(em)
    .selectFrom('job')
    .innerJoin('chunk', (join) => join.onRef(`chunk.${of}`, '=', `job.${of}`).onRef('chunk.userId', '=', 'job.userId'))
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
    .orderBy('chunk.position');
  return (maxChunks === null ? chunks : chunks.limit(maxChunks)).execute();
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);
