import type { Task } from '../../jobs/task.ts';
import { type EmbedDeps, embedChunks, estimateTokens } from './embed-chunks.ts';
import { EMBED_DOCUMENT_TASK } from './embedding-text.ts';

/** About a second of the local model's time: how long the embeddings of messages may have to wait. */
const SLICE = { of: 'document', maxChunks: 16 } as const;

/** Embeds the chunks of a document, a few at a time, so that a long one holds up neither messages nor other documents. */
export function embedDocumentTask(deps: EmbedDeps): Task {
  return {
    name: EMBED_DOCUMENT_TASK,
    batchSize: 1,
    maxAttempts: 30,
    estimateTokens: (jobs) => estimateTokens(deps, jobs, SLICE),
    run: (jobs, signal) => embedChunks(deps, jobs, SLICE, signal),
  };
}
