import { existsSync } from 'node:fs';
import { z } from 'zod';
import type { AuthConfig, ChatModelConfig, Config } from './config-values.ts';

export type { AuthConfig, ChatModelConfig, Config };

/** Names every variable that is wrong and what it must be; shows no value. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';

  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The configuration is not valid:', ...problems].join('\n  '));
    this.problems = problems;
  }
}

const BYTES_PER_MB = 1024 * 1024;
const UNKNOWN_WINDOW_TOKENS = 16_000;
/** The coach's instructions take some 540; in less than this no question would fit beside them. */
const MIN_PROMPT_TOKENS = 700;
/** As in prompt/budget.ts. */
const WINDOW_MARGIN = 0.02;
const APOLLO_STUDIO = 'https://studio.apollographql.com';
const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/;

const text = z.string().optional();
const webAddress = z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional();
const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` });
const wholeNumber = (min: number, max: number) =>
  z
    .string()
    .refine((value) => /^\d{1,9}$/.test(value) && Number(value) >= min && Number(value) <= max, {
      error: `must be a whole number from ${min} to ${max}`,
    })
    .transform(Number);
/** With the name of a database, which the driver would else take to be the user's. */
function isPostgresUrl(value: string): boolean {
  const url = URL.parse(value);
  return url !== null && /^postgres(ql)?:$/.test(url.protocol) && /^\/[^/]+$/.test(url.pathname) && isDecodable(url);
}

/** A `%` that stands for itself is written `%25`. */
function isDecodable({ username, password, pathname }: URL): boolean {
  try {
    decodeURIComponent(username + password + pathname);
    return true;
  } catch {
    return false;
  }
}
const list = z.string().transform((value) => value.split(/\s*,\s*/).filter(Boolean));

const variables = {
  PORT: wholeNumber(0, 65_535).default(4000),
  HOST: z.string().default('127.0.0.1'),
  DATABASE_URL: z
    .string()
    .refine((value) => /^sqlite:(?!\/\/)./.test(value) || isPostgresUrl(value), {
      error:
        'must be sqlite: and a path, as in sqlite:data/carryover.db, or postgresql://user:password@host:5432/database, where special characters are written as in %40',
    })
    .default('sqlite:data/carryover.db'),
  DATABASE_POOL_SIZE: wholeNumber(1, 1000).default(10),
  DATABASE_LISTEN_URL: z
    .string()
    .refine(isPostgresUrl, { error: 'must be postgresql://user@host:5432/database, like DATABASE_URL' })
    .optional(),
  ROLE: oneOf(['all', 'api', 'worker']).default('all'),
  OPENAI_API_KEY: text,
  OPENAI_BASE_URL: webAddress,
  CHAT_MODELS: list
    .transform((models) => models.map(chatModel))
    .refine((models) => models.length > 0 && new Set(models.map(({ id }) => id)).size === models.length, {
      error: 'must be different models, separated by commas, each an id or id:contextWindowTokens',
    })
    .optional(),
  EMBEDDINGS: oneOf(['local', 'openai']).default('local'),
  EMBEDDING_MODEL: text,
  EMBEDDING_DIMENSIONS: wholeNumber(1, 16_000).optional(),
  PROMPT_TOKENS: wholeNumber(MIN_PROMPT_TOKENS, 10_000_000).default(16_000),
  REPLY_TOKENS: wholeNumber(1, 1_000_000).default(1000),
  RECENT_TURNS: wholeNumber(0, 1000).default(6),
  SUMMARIZE: oneOf(['auto', 'always', 'never']).default('auto'),
  MESSAGES_PER_MINUTE: wholeNumber(1, 10_000).optional(),
  TOKENS_PER_DAY: wholeNumber(1, 999_999_999).optional(),
  TOKENS_PER_SESSION: wholeNumber(1, 999_999_999).optional(),
  BACKGROUND_TOKENS_PER_DAY: wholeNumber(0, 999_999_999).optional(),
  DELETE_INACTIVE_AFTER_DAYS: wholeNumber(1, 36_500).optional(),
  PURGE_DELETED_AFTER_DAYS: wholeNumber(0, 36_500).default(30),
  MAX_DOCUMENT_MB: wholeNumber(1, 500).default(20),
  AUTH_JWT_SECRET: z.string().min(32, { error: 'must have at least 32 characters' }).optional(),
  AUTH_JWKS_URL: webAddress,
  AUTH_ISSUER: text,
  AUTH_AUDIENCE: text,
  DRAIN_SECONDS: wholeNumber(0, 3600).default(20),
  CORS_ORIGINS: list
    .transform((origins) => (origins.join() === 'none' ? [] : origins))
    .refine((origins) => origins.every((origin) => URL.canParse(origin) && new URL(origin).origin === origin), {
      error: 'must be none, or origins separated by commas, as in https://app.example.com',
    })
    .optional(),
  INTROSPECTION: oneOf(['on', 'off']).optional(),
  APOLLO_KEY: text,
  APOLLO_GRAPH_REF: z
    .string()
    .regex(/^[^@\s]+@[^@\s]+$/, { error: 'must be a graph and a variant, as in my-graph@current' })
    .optional(),
  APOLLO_SCHEMA_REPORTING: oneOf(['true', 'false']).optional(),
  LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
};

export const variableNames = Object.keys(variables);

/** Reads `.env` of the working directory where there is one; a variable that is set already wins, also an empty one. */
export function loadEnvFile(): void {
  if (!existsSync('.env')) return;
  try {
    process.loadEnvFile();
  } catch (error) {
    throw new ConfigError([`.env cannot be read: ${error instanceof Error ? error.message : String(error)}`]);
  }
}

/** Blank is not set. @throws ConfigError with all that is wrong */
export function readConfig(env: NodeJS.ProcessEnv): Config {
  const given = Object.fromEntries(
    variableNames.flatMap((name) => (env[name]?.trim() ? [[name, env[name].trim()]] : [])),
  );
  const parsed = z.object(variables).safeParse(given);
  const problems = [
    ...(parsed.error?.issues ?? []).map(({ path, message }) => `${path.join('.')} ${message}.`),
    ...contradictionsOf(given),
    ...smallWindowsOf(given),
  ];
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return configOf(parsed.data);
}

/** What is wrong between variables that may each be right. */
function contradictionsOf(given: NodeJS.Dict<string>): string[] {
  const hasLogin = Boolean(given.AUTH_JWT_SECRET || given.AUTH_JWKS_URL);
  const isOnSqlite = (given.DATABASE_URL ?? 'sqlite:').startsWith('sqlite:');
  const hasEndpoint = Boolean(given.OPENAI_API_KEY || given.OPENAI_BASE_URL);
  const unused = (names: string[], unless: string) =>
    names.filter((name) => given[name]).map((name) => `${name} means nothing without ${unless}.`);
  return [
    ...(isOnSqlite ? unused(['DATABASE_POOL_SIZE', 'DATABASE_LISTEN_URL'], 'PostgreSQL: see DATABASE_URL') : []),
    ...(isOnSqlite && ['api', 'worker'].includes(given.ROLE ?? '')
      ? ['ROLE must be all on SQLite, where one process does everything: see DATABASE_URL.']
      : []),
    ...(given.AUTH_JWT_SECRET && given.AUTH_JWKS_URL
      ? ['AUTH_JWT_SECRET and AUTH_JWKS_URL are both set: tokens are checked in one way only.']
      : []),
    ...(hasLogin ? [] : unused(['AUTH_ISSUER', 'AUTH_AUDIENCE'], 'AUTH_JWT_SECRET or AUTH_JWKS_URL')),
    ...(hasLogin || LOOPBACK.test(given.HOST ?? 'localhost')
      ? []
      : [
          'HOST is not a loopback address and there is no login, so anyone who reaches it could read everything: set AUTH_JWT_SECRET or AUTH_JWKS_URL.',
        ]),
    ...(hasEndpoint || /^offline(:\d+)?$/.test(given.CHAT_MODELS ?? '')
      ? []
      : unused(['CHAT_MODELS'], 'OPENAI_API_KEY or OPENAI_BASE_URL')),
    ...(given.APOLLO_KEY ? [] : unused(['APOLLO_GRAPH_REF', 'APOLLO_SCHEMA_REPORTING'], 'APOLLO_KEY')),
    ...(given.APOLLO_GRAPH_REF ? [] : unused(['APOLLO_KEY'], 'APOLLO_GRAPH_REF')),
    ...(given.EMBEDDINGS === 'openai' && !hasEndpoint
      ? ['EMBEDDINGS is openai, which needs OPENAI_API_KEY or OPENAI_BASE_URL.']
      : []),
    ...(given.EMBEDDINGS === 'openai' ? [] : unused(['EMBEDDING_MODEL', 'EMBEDDING_DIMENSIONS'], 'EMBEDDINGS=openai')),
  ];
}

/** What is no number or no list is told elsewhere. */
function smallWindowsOf(given: NodeJS.Dict<string>): string[] {
  const models = variables.CHAT_MODELS.safeParse(given.CHAT_MODELS).data ?? [chatModel('the default model')];
  const replyTokens = variables.REPLY_TOKENS.safeParse(given.REPLY_TOKENS).data ?? 0;
  return models
    .filter(({ contextWindowTokens: window }) => window * (1 - WINDOW_MARGIN) - replyTokens < MIN_PROMPT_TOKENS)
    .map(({ id }) => `CHAT_MODELS and REPLY_TOKENS leave under ${MIN_PROMPT_TOKENS} tokens for a prompt to ${id}.`);
}

function configOf(v: z.infer<z.ZodObject<typeof variables>>): Config {
  const openai =
    v.OPENAI_API_KEY || v.OPENAI_BASE_URL
      ? { apiKey: v.OPENAI_API_KEY ?? null, baseUrl: v.OPENAI_BASE_URL ?? null }
      : null;
  const claims = { issuer: v.AUTH_ISSUER ?? null, audience: v.AUTH_AUDIENCE ?? null };
  const auth: AuthConfig = v.AUTH_JWT_SECRET
    ? { kind: 'secret', secret: v.AUTH_JWT_SECRET, ...claims }
    : v.AUTH_JWKS_URL
      ? { kind: 'jwks', url: v.AUTH_JWKS_URL, ...claims }
      : null;
  const limits = { promptTokens: v.PROMPT_TOKENS, replyTokens: v.REPLY_TOKENS, recentTurns: v.RECENT_TURNS };
  return {
    port: v.PORT,
    host: v.HOST,
    databaseUrl: v.DATABASE_URL,
    databasePoolSize: v.DATABASE_POOL_SIZE,
    databaseListenUrl: v.DATABASE_LISTEN_URL ?? v.DATABASE_URL,
    role: v.ROLE,
    openai,
    chatModels: v.CHAT_MODELS ?? [chatModel(openai ? 'gpt-5-mini' : 'offline')],
    embeddings:
      v.EMBEDDINGS === 'local'
        ? { kind: 'local' }
        : {
            kind: 'openai',
            model: v.EMBEDDING_MODEL ?? 'text-embedding-3-small',
            dimensions: v.EMBEDDING_DIMENSIONS ?? null,
          },
    prompt: { ...limits, summarize: v.SUMMARIZE },
    limits: {
      messagesPerMinute: v.MESSAGES_PER_MINUTE ?? null,
      tokensPerDay: v.TOKENS_PER_DAY ?? null,
      tokensPerSession: v.TOKENS_PER_SESSION ?? null,
      backgroundTokensPerDay: v.BACKGROUND_TOKENS_PER_DAY ?? null,
    },
    retention: {
      deleteInactiveAfterDays: v.DELETE_INACTIVE_AFTER_DAYS ?? null,
      purgeDeletedAfterDays: v.PURGE_DELETED_AFTER_DAYS,
    },
    maxDocumentBytes: v.MAX_DOCUMENT_MB * BYTES_PER_MB,
    auth,
    drainSeconds: v.DRAIN_SECONDS,
    corsOrigins: v.CORS_ORIGINS ?? (auth ? [] : [APOLLO_STUDIO]),
    apollo:
      v.APOLLO_KEY && v.APOLLO_GRAPH_REF
        ? { key: v.APOLLO_KEY, graphRef: v.APOLLO_GRAPH_REF, reportsSchema: v.APOLLO_SCHEMA_REPORTING === 'true' }
        : null,
    introspection: v.INTROSPECTION ? v.INTROSPECTION === 'on' : !auth,
    logLevel: v.LOG_LEVEL,
  };
}

/** `llama3:8b` is an id; only what is all digits after the last colon is a window. */
function chatModel(text: string): ChatModelConfig {
  const [, id, window] = /^(.+):(\d+)$/.exec(text) ?? [];
  return id && window
    ? { id, contextWindowTokens: Number(window) }
    : { id: text, contextWindowTokens: UNKNOWN_WINDOW_TOKENS };
}
