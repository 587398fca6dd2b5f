import type { logLevels } from './logger.ts';

export interface ChatModelConfig {
  id: string;
  contextWindowTokens: number;
}

/** How bearer tokens are checked; null: no login, one viewer. */
export type AuthConfig =
  | { kind: 'secret'; secret: string; issuer: string | null; audience: string | null }
  | { kind: 'jwks'; url: string; issuer: string | null; audience: string | null }
  | null;

export interface Config {
  port: number;
  host: string;
  databaseUrl: string;
  /** Connections of this process at most, on PostgreSQL; one more listens. */
  databasePoolSize: number;
  /** Where notifications are listened for: past a pooler that keeps no session. */
  databaseListenUrl: string;
  /** `api` serves requests and runs no jobs; `worker` runs jobs and serves none. */
  role: 'all' | 'api' | 'worker';
  /** Null: the offline model answers. */
  openai: { apiKey: string | null; baseUrl: string | null } | null;
  /** Never empty; the first is the default. */
  chatModels: ChatModelConfig[];
  /** `dimensions` null: the model's own. */
  embeddings: { kind: 'local' } | { kind: 'openai'; model: string; dimensions: number | null };
  prompt: { promptTokens: number; replyTokens: number; recentTurns: number; summarize: 'auto' | 'always' | 'never' };
  /** For each viewer; null: no limit. Days are UTC's. */
  limits: {
    messagesPerMinute: number | null;
    tokensPerDay: number | null;
    tokensPerSession: number | null;
    backgroundTokensPerDay: number | null;
  };
  /** `deleteInactiveAfterDays` null: sessions stay until they are deleted. */
  retention: { deleteInactiveAfterDays: number | null; purgeDeletedAfterDays: number };
  maxDocumentBytes: number;
  auth: AuthConfig;
  drainSeconds: number;
  corsOrigins: string[];
  introspection: boolean;
  /** Where in Apollo GraphOS usage is reported to, and whether the schema is; null: nothing is sent there. */
  apollo: { key: string; graphRef: string; reportsSchema: boolean } | null;
  logLevel: (typeof logLevels)[number];
}
