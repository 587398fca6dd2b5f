export interface ClaimedJob {
  id: string;
  userId: string;
  key: string;
  sessionId: string | null;
  messageId: string | null;
  documentId: string | null;
  /** This one included. */
  attempts: number;
  leaseToken: number;
}

/** A job, and what its models may come to use. */
export interface EstimatedJob {
  job: ClaimedJob;
  tokens: number;
}

/** Sets tokens aside for jobs, and gives back those that have to wait. @returns those that may run */
export type Admit = (jobs: readonly EstimatedJob[], now: Date) => Promise<ClaimedJob[]>;

/** Code that can run later. Jobs of one task are claimed together, so that it may do them in one go. */
export interface Task {
  name: string;
  /** Tasks of one lane wait for each other, those of others run beside them. Default: the lane that most share. */
  lane?: string;
  batchSize: number;
  /** After as many, the job stays FAILED. */
  maxAttempts: number;
  /**
   * Null: calls no model. Else what each job's models may come to use at most, by our own count and in the order of the
   * jobs: what exceeds the viewer's limit waits for the next day. `run` books what they did use as background work.
   */
  estimateTokens: ((jobs: readonly ClaimedJob[]) => Promise<number[]>) | null;
  /** Ends each job it did with `finish` in the transaction of its effect. What throws is tried again, all of it. */
  run(jobs: readonly ClaimedJob[], signal: AbortSignal): Promise<void>;
}
