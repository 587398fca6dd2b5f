import type { App } from './app.ts';
import type { Loaders } from './chat/loaders.ts';
import type { Em } from './db/orm.ts';
import type { Logger } from './logger.ts';

export interface Viewer {
  id: string;
  /** Seconds since 1970; null for the local viewer, whose access does not expire. */
  expiresAt: number | null;
}

export type Transport = 'http' | 'ws' | 'sse';

/** One operation; of a subscription, one event. */
export interface Context {
  app: App;
  em: Em;
  viewer: Viewer;
  loaders: Loaders;
  log: Logger;
  requestId: string;
  transport: Transport;
}
