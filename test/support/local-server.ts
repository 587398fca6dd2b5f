import { onTestFinished } from 'vitest';
import { type AppOptions, startApp } from './app.ts';
import type { ModelServer } from './model-server.ts';
import type { TestViewer } from './test-viewer.ts';

export interface LocalServer {
  url: string;
  model: ModelServer;
  /** Without login there is one viewer. */
  viewer: TestViewer;
}

/** The whole server without login, in the process of the tests, where it starts in no time: for tests that do not kill it. */
export async function startLocalServer({ env, ...options }: AppOptions = {}): Promise<LocalServer> {
  const app = await startApp({ ...options, env: { AUTH_JWT_SECRET: '', ...env } });
  onTestFinished(() => app.close());
  return { url: app.url, model: app.model, viewer: await app.viewer('local') };
}
