import type { ClaimedJob, Task } from '../../jobs/task.ts';
import { type EmbedDeps, embedChunks, estimateTokens } from './embed-chunks.ts';
import { EMBED_TASK } from './embedding-text.ts';

const WHOLE_MESSAGES = { of: 'message', maxChunks: null } as const;

/** Embeds the chunks of messages, many messages in one call. */
export function embedTask(deps: EmbedDeps): Task {
  return {
    name: EMBED_TASK,
    batchSize: 16,
    // Some hours of an endpoint that is away.
    maxAttempts: 30,
    estimateTokens: (jobs) => estimateTokens(deps, jobs, WHOLE_MESSAGES),
    async run(jobs, signal) {
      try {
        await embedChunks(deps, jobs, WHOLE_MESSAGES, signal);
      } catch (error) {
        if (jobs.length === 1 || signal.aborted) throw error;
        await embedSingly(deps, jobs, signal);
      }
    },
  };
}

/** So that one text the model cannot take does not hold up the others. */
async function embedSingly(deps: EmbedDeps, jobs: readonly ClaimedJob[], signal: AbortSignal): Promise<void> {
  const failures: unknown[] = [];
  let inARow = 0;
  for (const job of jobs) {
    try {
      await embedChunks(deps, [job], WHOLE_MESSAGES, signal);
      inARow = 0;
    } catch (error) {
      failures.push(error);
      inARow += 1;
      // Two in a row: it is the model, not a text.
      if (inARow === 2 || signal.aborted) break;
    }
  }
  if (failures.length > 0) throw failures[0];
}
