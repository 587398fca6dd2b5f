import { type Em, forkEm, type Orm } from '../db/orm.ts';
import { viewerTransaction } from '../db/viewer-transaction.ts';
import { stillHeld } from '../jobs/queue.ts';
import { postpone, reserve } from '../jobs/reserve.ts';
import type { Admit, ClaimedJob, EstimatedJob } from '../jobs/task.ts';
import type { Logger } from '../logger.ts';
import { type Limits, lockPace } from './limits.ts';
import { reservedByJobs, usedInBackgroundSince } from './used-tokens.ts';
import { startOfDay, startOfNextDay } from './utc-day.ts';

/**
 * Holds what jobs use for a viewer to BACKGROUND_TOKENS_PER_DAY: a job for which too little is left waits for the next
 * day, also one that no day could hold. Null: no limit.
 */
export function limitBackground(
  { orm, log }: { orm: Orm; log: Logger },
  { backgroundTokensPerDay }: Limits,
): Admit | null {
  if (backgroundTokensPerDay === null) return null;
  return async (jobs, now) => {
    const admitted: ClaimedJob[] = [];
    for (const [userId, ofViewer] of Map.groupBy(jobs, ({ job }) => job.userId)) {
      const own = await viewerTransaction(forkEm(orm), userId, (em) =>
        admit(em, backgroundTokensPerDay, { userId, ofViewer, now }),
      );
      const postponed = ofViewer.length - own.length;
      if (postponed > 0) log.warn({ postponed }, 'background work waits for the next day');
      admitted.push(...own);
    }
    return admitted;
  };
}

interface Asked {
  userId: string;
  ofViewer: readonly EstimatedJob[];
  now: Date;
}

const jobsOf = (estimated: readonly EstimatedJob[]) => estimated.map(({ job }) => job);

/** A job that is too large holds up no other. */
async function admit(em: Em, limit: number, { userId, ofViewer, now }: Asked): Promise<ClaimedJob[]> {
  // Of a viewer who has just erased everything nothing is left to ask for, and nothing is to be written.
  const held = new Set(await stillHeld(em, jobsOf(ofViewer)));
  if (held.size === 0) return [];
  // Other processes may ask for the same viewer's jobs.
  await lockPace(em, userId);
  let left = limit - (await usedInBackgroundSince(em, userId, startOfDay(now))) - (await reservedByJobs(em, userId));
  const admitted: ClaimedJob[] = [];
  for (const { job, tokens } of ofViewer.filter((each) => held.has(each.job))) {
    if (tokens > Math.max(0, left)) {
      await postpone(em, job, startOfNextDay(now));
      continue;
    }
    if (!(await reserve(em, job, tokens))) continue;
    left -= tokens;
    admitted.push(job);
  }
  return admitted;
}
