import { test as base } from 'vitest';
import { readConfig } from '../../src/config.ts';
import { createApp, type Given, type RunningApp } from '../../src/create-app.ts';
import { createHttpServer } from '../../src/http/server.ts';
import type { Embedder } from '../../src/models/embedder.ts';
import { offlineProvider } from '../../src/models/offline/offline-model.ts';
import { createSchema } from '../../src/schema.ts';
import { signToken } from '../../src/users/sign-token.ts';
import { HashingEmbedder } from './embedders.ts';
import type { ModelAnswer } from './model-answers.ts';
import { type ModelServer, startModelServer } from './model-server.ts';
import { recordingLog } from './recording-log.ts';
import { type TestDatabase, testDatabase, testDialect } from './test-database.ts';
import { createTestViewer, type TestViewer } from './test-viewer.ts';

export const SECRET = 'a secret that only the tests know, and it is long';

// Loaded once for each process of tests: it never changes.
const schema = createSchema();

const DAY_MS = 86_400_000;

export interface TestApp {
  url: string;
  running: RunningApp;
  /** What answers chats; asked only by apps that have not chosen `model: 'offline'`. */
  model: ModelServer;
  /** Embeds by hashing words, unless another was given. */
  embedder: Embedder;
  lines: ReturnType<typeof recordingLog>['lines'];
  viewer(id: string): Promise<TestViewer>;
  /** Takes its database away, for good. */
  loseDatabase(): Promise<void>;
  /** Settles when nothing is being written, indexed or embedded. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface AppOptions {
  /** Variables of the environment beside those of a test. */
  env?: NodeJS.ProcessEnv;
  /** That it leaves as it is. Default: one of its own. */
  database?: TestDatabase;
  embedder?: Embedder;
  /** In place of the model server. */
  chat?: Given['chat'];
  /** How patient the server is with the model server. */
  patience?: Given['openai'];
  /** `offline`: the built-in responder. Default: the model server. */
  model?: 'offline' | 'openai';
  answer?: ModelAnswer;
  /** How many days it is later, for what lets time pass. */
  clock?: { days: number };
}

/** The whole server on a port and a database of its own, with a model server beside it. */
export async function startApp(options: AppOptions = {}): Promise<TestApp> {
  const model = await startModelServer();
  if (options.answer) model.otherwise(options.answer);
  const ownDatabase = options.database || options.env?.DATABASE_URL ? null : await testDatabase();
  const database = options.database ?? ownDatabase;
  const config = readConfig({
    PORT: '0',
    DATABASE_URL: database?.url,
    AUTH_JWT_SECRET: SECRET,
    DRAIN_SECONDS: '0',
    ...(options.model === 'offline' ? {} : { OPENAI_BASE_URL: model.url, CHAT_MODELS: 'test-model,other-model' }),
    ...options.env,
  });
  const { log, lines } = recordingLog(config.logLevel);
  const embedder = options.embedder ?? new HashingEmbedder();
  const { clock } = options;
  const running = await createApp(config, log, {
    embedder,
    ...(database?.driverOptions && { driverOptions: database.driverOptions }),
    ...(clock && { now: () => new Date(Date.now() + clock.days * DAY_MS) }),
    openai: { firstRetryMs: 1, ...options.patience },
    ...(options.chat && { chat: options.chat }),
    ...(options.model === 'offline' && { chat: offlineProvider() }),
  });
  const server = await createHttpServer(running, schema);
  const url = await server.listen();
  const auth = config.auth;
  const tokenFor = async (id: string) => (auth?.kind === 'secret' ? signToken(auth, id, 600) : null);
  return {
    ...{ url, running, model, embedder, lines },
    viewer: async (id) => createTestViewer({ id, url, token: await tokenFor(id) }),
    loseDatabase: () => (testDialect === 'sqlite' || !database ? running.orm.close(true) : database.drop()),
    idle: () => running.idle(),
    async close() {
      await server.drain(() => running.endReplies(0));
      await running.close();
      await ownDatabase?.release();
      await model.close();
    },
  };
}

/** The embedder of an app that was given no other. */
export function hashingEmbedder({ embedder }: TestApp): HashingEmbedder {
  if (embedder instanceof HashingEmbedder) return embedder;
  throw new Error('The app was given another embedder.');
}

/** `app`: a whole server; `alice`: a viewer of it. A reply that a test leaves running fails the test. */
export const test = base.extend<{ options: AppOptions; app: TestApp; alice: TestViewer; bob: TestViewer }>({
  options: {},
  app: async ({ options }, use) => {
    const app = await startApp(options);
    await use(app);
    const left = app.running.replies.all().length;
    await app.close();
    if (left > 0) throw new Error(`The test left ${left} replies running.`);
  },
  alice: async ({ app }, use) => use(await app.viewer('alice')),
  bob: async ({ app }, use) => use(await app.viewer('bob')),
});
