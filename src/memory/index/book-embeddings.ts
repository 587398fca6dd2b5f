import type { Em } from '../../db/orm.ts';
import type { ClaimedJob } from '../../jobs/task.ts';
import { bookUsage } from '../../users/usage.ts';

/** What one call of the embedder was for, and what it counted. */
export interface EmbeddedJobs {
  /** All that shared the call. */
  jobs: readonly ClaimedJob[];
  /** How long the texts of each job were together, by its id. */
  charsByJob: ReadonlyMap<string, number>;
  model: string;
  inputTokens: number;
}

/**
 * Books what each session and viewer used by its share of the text; what all of them share comes to `inputTokens`.
 *
 * @param there those of the jobs that are there still, whoever has them: whose job was dropped may have erased all
 */
export async function bookEmbeddings(
  em: Em,
  there: readonly ClaimedJob[],
  { jobs, charsByJob, model, inputTokens }: EmbeddedJobs,
): Promise<void> {
  const charsOf = ({ id }: ClaimedJob) => charsByJob.get(id) ?? 0;
  const all = jobs.reduce((sum, job) => sum + charsOf(job), 0);
  const tokensUpTo = (chars: number) => Math.round((inputTokens * chars) / Math.max(1, all));
  let chars = 0;
  const tokensByJob = new Map<string, number>();
  for (const job of jobs) {
    tokensByJob.set(job.id, tokensUpTo(chars + charsOf(job)) - tokensUpTo(chars));
    chars += charsOf(job);
  }
  for (const ofOwner of Map.groupBy(there, ({ userId, sessionId }) => `${sessionId} ${userId}`).values()) {
    const [owner] = ofOwner;
    const own = ofOwner.reduce((sum, { id }) => sum + (tokensByJob.get(id) ?? 0), 0);
    if (!owner || own === 0) continue;
    const usage = { purpose: 'EMBEDDING' as const, model, inputTokens: own, outputTokens: 0, isBackground: true };
    await bookUsage(em, owner, [usage]);
  }
}
