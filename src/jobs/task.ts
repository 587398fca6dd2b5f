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

/** Code that can run later. Jobs of one task are claimed together, so that it may do them in one go. */
export interface Task {
  name: string;
  /** Tasks of one lane wait for each other, those of others run beside them. Default: the lane that most share. */
  lane?: string;
  batchSize: number;
  /** After as many, the job stays FAILED. */
  maxAttempts: number;
  /** Ends each job it did with `finish` in the transaction of its effect. What throws is tried again, all of it. */
  run(jobs: readonly ClaimedJob[], signal: AbortSignal): Promise<void>;
}
