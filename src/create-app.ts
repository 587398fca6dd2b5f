import type { App } from './app.ts';
import { indexSessionTask } from './chat/memory/index-session.task.ts';
import { forgetInstructions, turnTokens } from './chat/prompts/build-prompt.ts';
import { endLapsedReplies } from './chat/replies/end-lapsed-replies.ts';
import { interruptReplies } from './chat/replies/interrupt-replies.ts';
import { ReplyWriter } from './chat/replies/reply-writer.ts';
import { titleSessionTask } from './chat/sessions/title-session.task.ts';
import type { Config } from './config.ts';
import { dialectOf } from './db/dialect.ts';
import { type DatabaseOptions, forkEm, type Orm, openMigratedOrm, openOrm } from './db/orm.ts';
import { ownDatabase } from './db/own-database.ts';
import { indexDocumentTask } from './documents/index-document.task.ts';
import { Doorbell } from './doorbell.ts';
import { entities } from './entities.ts';
import { releaseAll } from './jobs/leases.ts';
import { JobWorker } from './jobs/worker.ts';
import type { Logger } from './logger.ts';
import { embedTask } from './memory/index/embed.task.ts';
import { embedDocumentTask } from './memory/index/embed-document.task.ts';
import { keepEmbeddingIndex } from './memory/index/keep-embedding-index.ts';
import { ScopeCache } from './memory/search/scope-cache.ts';
import { forgetStems } from './memory/terms.ts';
import { createMetrics } from './metrics.ts';
import type { ChatProvider } from './models/chat-model.ts';
import type { Embedder } from './models/embedder.ts';
import { LocalEmbedder } from './models/local-embedder.ts';
import { meteredChat, meteredEmbedder } from './models/metered.ts';
import { offlineProvider } from './models/offline/offline-model.ts';
import { createOpenAi } from './models/openai.ts';
import type { OpenAiChatOptions } from './models/openai-chat.ts';
import { openAiEmbedder } from './models/openai-embedder.ts';
import { createNews } from './news.ts';
import { retentionTask } from './privacy/retention.task.ts';
import { startSweeping } from './privacy/start-sweeping.ts';
import { limitBackground } from './users/limit-background.ts';
import { createAuth } from './users/viewer.ts';

/** Between a few words and the next, so that a reply can be read as it comes. */
const OFFLINE_PAUSE_MS = 15;

/** In place of what the configuration asks for. */
export interface Given {
  chat?: ChatProvider;
  embedder?: Embedder;
  openai?: Partial<OpenAiChatOptions>;
  /** PostgreSQL in this process. */
  driverOptions?: DatabaseOptions['driverOptions'];
  /** What time it is for retention. */
  now?: () => Date;
}

export interface RunningApp extends App {
  /** Settles when nothing is being written, indexed or embedded. */
  idle(): Promise<void>;
  /** Looks now for sessions whose time has come, and asks for the jobs. */
  sweep(): Promise<void>;
  /** Takes no new turns; gives running replies as long before they end INTERRUPTED. */
  endReplies(graceMs: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens the database, ends what an earlier process left, and begins to work off jobs. */
export async function createApp(config: Config, log: Logger, given: Given = {}): Promise<RunningApp> {
  const { orm, release } = await openDatabase(config, given.driverOptions);
  const metrics = createMetrics();
  const models = { ...createModels(config, given.openai), ...given };
  const chat = meteredChat(models.chat, metrics.modelCalls);
  const embedder = meteredEmbedder(models.embedder, metrics.modelCalls);
  warnOfLimits(config, chat, log);
  const now = given.now ?? (() => new Date());
  const news = createNews(config, log, given);
  const bell = new Doorbell((id) => news.ring(id));
  const replies = new ReplyWriter(orm, log, {
    onFirstDelta: (ms) => metrics.firstDelta.observe(ms / 1000),
    onPersisted: (id) => news.ring(id),
    onCancelled: (id) => news.cancel(id),
  });
  const draining = new AbortController();
  const embedding = { orm, embedder, log, onIndexed: (sessionId: string) => bell.ring(sessionId) };
  const scopes = new ScopeCache();
  const forgetHere = () => {
    scopes.clear();
    forgetStems();
    forgetInstructions();
  };
  const admit = limitBackground({ orm, log }, config.limits);
  const jobs = new JobWorker({ orm, log, owner: replies.owner, admit, onAsked: () => news.wakeJobs() }, [
    embedTask(embedding),
    embedDocumentTask(embedding),
    indexSessionTask({ orm, log }),
    indexDocumentTask({ orm, embedder, log }),
    titleSessionTask({ orm, chat, log, onTitled: (sessionId) => bell.ring(sessionId) }),
    retentionTask({ orm, log, app: { bell, replies }, retention: config.retention, now }),
  ]);
  const auth = createAuth(config.auth);
  // On SQLite there is one process, so what is leased to another is leased to nobody.
  const isAlone = dialectOf(config.databaseUrl) === 'sqlite';
  if (isAlone) {
    await interruptReplies({ orm, log }, null);
    await releaseAll(forkEm(orm));
  }
  news.listen({ bell, replies, jobs, forget: forgetHere });
  const stopLooking = isAlone ? async () => undefined : endLapsedReplies({ orm, log, bell, metrics });
  if (config.role !== 'api') jobs.start();
  const url = config.databaseListenUrl;
  const isBuilding = config.role !== 'api' && !isAlone && !given.driverOptions;
  const stopBuilding = isBuilding ? keepEmbeddingIndex({ url, log, model: embedder.model }) : async () => undefined;
  const sweeping = startSweeping({ orm, log, jobs, retention: config.retention, now, draining: draining.signal });

  return {
    ...{ config, orm, log, metrics, auth, chat, embedder, scopes, jobs, replies, bell },
    draining: draining.signal,
    get isDraining() {
      return draining.signal.aborted;
    },
    forget() {
      forgetHere();
      news.forget();
    },
    sweep: () => sweeping.sweep(),
    async idle() {
      await replies.idle();
      await jobs.idle();
    },
    async endReplies(graceMs) {
      draining.abort();
      const grace = setTimeout(() => replies.stopAll('INTERRUPTED'), graceMs);
      await replies.idle();
      clearTimeout(grace);
    },
    async close() {
      draining.abort();
      replies.stopAll('INTERRUPTED');
      await replies.idle();
      await sweeping.stop();
      await stopLooking();
      await stopBuilding();
      await jobs.stop();
      await news.stop();
      await embedder.close();
      await orm.close(true);
      release();
    },
  };
}

/** What no message can ever pass is no limit that anybody wanted. */
function warnOfLimits(config: Config, chat: ChatProvider, log: Logger): void {
  const tokens = Math.min(...chat.models.map((model) => turnTokens(config, model)));
  const { tokensPerDay, tokensPerSession } = config.limits;
  for (const [variable, limit] of Object.entries({
    TOKENS_PER_DAY: tokensPerDay,
    TOKENS_PER_SESSION: tokensPerSession,
  })) {
    if (limit !== null && limit < tokens) log.warn({ variable, limit, tokens }, 'less than one message may use');
  }
}

/** No statement of ours takes as long. */
const SILENCE_MS = 30_000;

/** The database, and what gives it back for other processes to use. */
export async function openDatabase(
  { databaseUrl, databasePoolSize: poolSize }: Pick<Config, 'databaseUrl' | 'databasePoolSize'>,
  driverOptions?: DatabaseOptions['driverOptions'],
): Promise<{ orm: Orm; release: () => void }> {
  const release = ownDatabase(databaseUrl);
  // On PostgreSQL other processes may be serving: who brings it up to date says so, by `npm run migrate`.
  const open = dialectOf(databaseUrl) === 'sqlite' ? openOrm : openMigratedOrm;
  try {
    return { orm: await open(databaseUrl, entities, { poolSize, silenceMs: SILENCE_MS, driverOptions }), release };
  } catch (error) {
    release();
    throw error;
  }
}

export function createModels(
  config: Config,
  options?: Partial<OpenAiChatOptions>,
): { chat: ChatProvider; embedder: Embedder } {
  const openai = config.openai && createOpenAi({ ...config.openai, chatModels: config.chatModels }, options);
  const { embeddings } = config;
  return {
    chat: openai?.provider ?? offlineProvider({ pauseMs: OFFLINE_PAUSE_MS }),
    embedder: openai && embeddings.kind === 'openai' ? openAiEmbedder(openai.client, embeddings) : new LocalEmbedder(),
  };
}
