import type { ReplyWriter } from './chat/replies/reply-writer.ts';
import type { Config } from './config.ts';
import type { Orm } from './db/orm.ts';
import type { Doorbell } from './doorbell.ts';
import type { JobWorker } from './jobs/worker.ts';
import type { Logger } from './logger.ts';
import type { ScopeCache } from './memory/search/scope-cache.ts';
import type { Metrics } from './metrics.ts';
import type { ChatProvider } from './models/chat-model.ts';
import type { Embedder } from './models/embedder.ts';
import type { Auth } from './users/viewer.ts';

/** What lives as long as the process. */
export interface App {
  config: Config;
  orm: Orm;
  log: Logger;
  metrics: Metrics;
  auth: Auth;
  chat: ChatProvider;
  embedder: Embedder;
  scopes: ScopeCache;
  jobs: JobWorker;
  replies: ReplyWriter;
  /** Rings with a session's id when anything of it changed. */
  bell: Doorbell;
  /** After an erasure: what any process still holds of anybody's words, to be faster, goes. */
  forget(): void;
  /** Aborts once the process was asked to stop: no turn begins any more. */
  draining: AbortSignal;
  readonly isDraining: boolean;
}
