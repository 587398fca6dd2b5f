import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { expect, test } from 'vitest';
import { ConfigError, readConfig, variableNames } from '../../src/config.ts';

const SECRET = 'a secret of more than thirty-two characters';

function problemsOf(env: NodeJS.ProcessEnv): readonly string[] {
  try {
    readConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
  return [];
}

test('nothing set is a server for one viewer on this machine, with the offline model', () => {
  expect(readConfig({})).toEqual({
    port: 4000,
    host: '127.0.0.1',
    databaseUrl: 'sqlite:data/carryover.db',
    databasePoolSize: 10,
    databaseListenUrl: 'sqlite:data/carryover.db',
    role: 'all',
    openai: null,
    chatModels: [{ id: 'offline', contextWindowTokens: 16_000 }],
    embeddings: { kind: 'local' },
    prompt: { promptTokens: 16_000, replyTokens: 1000, recentTurns: 6, summarize: 'auto' },
    limits: { messagesPerMinute: null, tokensPerDay: null, tokensPerSession: null, backgroundTokensPerDay: null },
    retention: { deleteInactiveAfterDays: null, purgeDeletedAfterDays: 30 },
    maxDocumentBytes: 20 * 1024 * 1024,
    auth: null,
    drainSeconds: 20,
    corsOrigins: ['https://studio.apollographql.com'],
    introspection: true,
    apollo: null,
    logLevel: 'info',
  });
});

test('everything set is taken as it is', () => {
  const config = readConfig({
    PORT: '0',
    HOST: '0.0.0.0',
    DATABASE_URL: 'postgresql://carry:pass@pooler:6432/carryover?sslmode=verify-full',
    DATABASE_POOL_SIZE: '25',
    DATABASE_LISTEN_URL: 'postgres://carry:pass@db/carryover',
    ROLE: 'worker',
    OPENAI_API_KEY: 'key',
    OPENAI_BASE_URL: 'http://localhost:11434/v1',
    CHAT_MODELS: 'llama3:8b, gpt-5-mini:400000',
    EMBEDDINGS: 'openai',
    EMBEDDING_MODEL: 'nomic-embed-text',
    EMBEDDING_DIMENSIONS: '768',
    PROMPT_TOKENS: '8000',
    REPLY_TOKENS: '500',
    RECENT_TURNS: '0',
    SUMMARIZE: 'never',
    MESSAGES_PER_MINUTE: '10',
    TOKENS_PER_DAY: '200000',
    TOKENS_PER_SESSION: '100000',
    BACKGROUND_TOKENS_PER_DAY: '0',
    DELETE_INACTIVE_AFTER_DAYS: '365',
    PURGE_DELETED_AFTER_DAYS: '0',
    MAX_DOCUMENT_MB: '1',
    AUTH_JWKS_URL: 'https://login.example.com/keys',
    AUTH_ISSUER: 'https://login.example.com/',
    AUTH_AUDIENCE: 'coaching',
    DRAIN_SECONDS: '5',
    CORS_ORIGINS: 'https://app.example.com, http://localhost:3000',
    INTROSPECTION: 'on',
    APOLLO_KEY: 'service:coach:1',
    APOLLO_GRAPH_REF: 'coach@staging',
    APOLLO_SCHEMA_REPORTING: 'true',
    LOG_LEVEL: 'silent',
  });
  expect(config).toEqual({
    port: 0,
    host: '0.0.0.0',
    databaseUrl: 'postgresql://carry:pass@pooler:6432/carryover?sslmode=verify-full',
    databasePoolSize: 25,
    databaseListenUrl: 'postgres://carry:pass@db/carryover',
    role: 'worker',
    openai: { apiKey: 'key', baseUrl: 'http://localhost:11434/v1' },
    chatModels: [
      { id: 'llama3:8b', contextWindowTokens: 16_000 },
      { id: 'gpt-5-mini', contextWindowTokens: 400_000 },
    ],
    embeddings: { kind: 'openai', model: 'nomic-embed-text', dimensions: 768 },
    prompt: { promptTokens: 8000, replyTokens: 500, recentTurns: 0, summarize: 'never' },
    limits: {
      messagesPerMinute: 10,
      tokensPerDay: 200_000,
      tokensPerSession: 100_000,
      backgroundTokensPerDay: 0,
    },
    retention: { deleteInactiveAfterDays: 365, purgeDeletedAfterDays: 0 },
    maxDocumentBytes: 1024 * 1024,
    auth: {
      kind: 'jwks',
      url: 'https://login.example.com/keys',
      issuer: 'https://login.example.com/',
      audience: 'coaching',
    },
    drainSeconds: 5,
    corsOrigins: ['https://app.example.com', 'http://localhost:3000'],
    introspection: true,
    apollo: { key: 'service:coach:1', graphRef: 'coach@staging', reportsSchema: true },
    logLevel: 'silent',
  });
});

test.each([
  ['gpt-5-mini', 'gpt-5-mini', 16_000],
  ['gpt-5-mini:400000', 'gpt-5-mini', 400_000],
  ['llama3:8b', 'llama3:8b', 16_000],
  ['qwen2.5:7b-instruct:32000', 'qwen2.5:7b-instruct', 32_000],
  ['meta-llama/llama-3.3-70b:free', 'meta-llama/llama-3.3-70b:free', 16_000],
])('of the model %s the id is %s and the window %i', (given, id, contextWindowTokens) => {
  const config = readConfig({ OPENAI_API_KEY: 'key', CHAT_MODELS: given });
  expect(config.chatModels).toEqual([{ id, contextWindowTokens }]);
});

test('with an endpoint the default model is gpt-5-mini', () => {
  expect(readConfig({ OPENAI_BASE_URL: 'http://localhost:8080/v1' }).chatModels[0]?.id).toBe('gpt-5-mini');
});

test('with login, introspection is off and no other origin may call, unless asked for', () => {
  expect(readConfig({ AUTH_JWT_SECRET: SECRET })).toMatchObject({ introspection: false, corsOrigins: [] });
  expect(readConfig({ AUTH_JWT_SECRET: SECRET, INTROSPECTION: 'on' }).introspection).toBe(true);
  expect(readConfig({ CORS_ORIGINS: 'none' }).corsOrigins).toEqual([]);
});

test('nothing is reported to Apollo by halves', () => {
  expect(problemsOf({ APOLLO_KEY: 'service:coach:1' })).toEqual(['APOLLO_KEY means nothing without APOLLO_GRAPH_REF.']);
  expect(problemsOf({ APOLLO_GRAPH_REF: 'coach@staging', APOLLO_SCHEMA_REPORTING: 'true' })).toEqual([
    'APOLLO_GRAPH_REF means nothing without APOLLO_KEY.',
    'APOLLO_SCHEMA_REPORTING means nothing without APOLLO_KEY.',
  ]);
  expect(readConfig({ APOLLO_KEY: 'service:coach:1', APOLLO_GRAPH_REF: 'coach@staging' }).apollo).toEqual({
    key: 'service:coach:1',
    graphRef: 'coach@staging',
    reportsSchema: false,
  });
});

test('a blank variable is not set', () => {
  const blank = Object.fromEntries(variableNames.map((name) => [name, ' ']));
  expect(readConfig(blank)).toEqual(readConfig({}));
});

test('every problem is told at once, with the name of its variable', () => {
  const problems = problemsOf({
    PORT: '65536',
    DATABASE_URL: 'mysql://db',
    RECENT_TURNS: '-1',
    SUMMARIZE: 'sometimes',
    OPENAI_BASE_URL: 'ftp://models',
    CORS_ORIGINS: 'https://app.example.com/path',
    HOST: '0.0.0.0',
    EMBEDDING_MODEL: 'x',
    CHAT_MODELS: 'small:1700',
    PROMPT_TOKENS: '500',
  });
  expect(problems.map((problem) => problem.split(' ')[0]).sort()).toEqual([
    'CHAT_MODELS',
    'CORS_ORIGINS',
    'DATABASE_URL',
    'EMBEDDING_MODEL',
    'HOST',
    'OPENAI_BASE_URL',
    'PORT',
    'PROMPT_TOKENS',
    'RECENT_TURNS',
    'SUMMARIZE',
  ]);
});

test('no value is ever shown', () => {
  const secrets = {
    DATABASE_URL: 'postgresql://carry:hunter2@db',
    DATABASE_LISTEN_URL: 'postgresql://carry:hunter2@db',
    OPENAI_BASE_URL: 'hunter2',
    AUTH_JWT_SECRET: 'hunter2',
    AUTH_JWKS_URL: 'hunter2',
    LOG_LEVEL: 'hunter2',
    CHAT_MODELS: 'hunter2,hunter2',
  };
  expect(problemsOf(secrets).length).toBeGreaterThanOrEqual(7);
  expect(problemsOf(secrets).join()).not.toContain('hunter2');
});

const DATABASE_URL = 'postgresql://carry@db:5432/carryover';

test('on PostgreSQL notifications are listened for where the rows are, unless a way past a pooler is named', () => {
  expect(readConfig({ DATABASE_URL })).toMatchObject({ databaseUrl: DATABASE_URL, databaseListenUrl: DATABASE_URL });
  const DATABASE_LISTEN_URL = 'postgresql://carry@direct/carryover';
  expect(readConfig({ DATABASE_URL, DATABASE_LISTEN_URL }).databaseListenUrl).toBe(DATABASE_LISTEN_URL);
});

test.each([
  'postgresql://db',
  'postgresql://db/',
  'postgresql://db/one/two',
  'postgresql:',
  'postgres',
  'pg://db/carryover',
  'postgresql://db:port/carryover',
  'postgresql://u:100%@db/carryover',
  'postgresql://u:%ff@db/carryover',
  'sqlite:',
  'sqlite://data/carryover.db',
])('%s names no database', (url) => {
  expect(problemsOf({ DATABASE_URL: url })).toEqual([
    expect.stringMatching(/^DATABASE_URL must be sqlite: and a path/),
  ]);
  expect(problemsOf({ DATABASE_URL, DATABASE_LISTEN_URL: url })).toEqual([
    expect.stringMatching(/^DATABASE_LISTEN_URL must be postgresql:/),
  ]);
});

test.each([
  'postgresql://db/carryover',
  'postgres://u:p%40ss@[::1]:5433/c',
  'postgresql:///carryover?host=/run/postgresql',
])('%s names a database', (url) => {
  expect(readConfig({ DATABASE_URL: url }).databaseUrl).toBe(url);
});

test.each(['0.0.0.0', '192.168.1.4', '::', 'coach.example.com', 'localhost.example.com'])(
  'without login %s is refused, with login it is not',
  (HOST) => {
    expect(problemsOf({ HOST }).join()).toMatch(/^HOST .*no login/);
    expect(readConfig({ HOST, AUTH_JWT_SECRET: SECRET }).host).toBe(HOST);
  },
);

test.each(['127.0.0.1', '127.0.0.2', '::1', 'localhost'])('without login %s is fine', (HOST) => {
  expect(readConfig({ HOST }).host).toBe(HOST);
});

test.each([
  [{ AUTH_JWT_SECRET: SECRET, AUTH_JWKS_URL: 'https://login.example.com/keys' }, 'both set'],
  [{ AUTH_JWT_SECRET: 'x'.repeat(31) }, '32 characters'],
  [{ AUTH_ISSUER: 'me' }, 'AUTH_ISSUER means nothing without'],
  [{ EMBEDDINGS: 'openai' }, 'EMBEDDINGS is openai, which needs'],
  [{ CHAT_MODELS: 'gpt-5-mini' }, 'CHAT_MODELS means nothing without'],
  [{ OPENAI_API_KEY: 'key', CHAT_MODELS: 'a,b,a' }, 'different models'],
  [{ OPENAI_API_KEY: 'key', CHAT_MODELS: ',' }, 'different models'],
  [{ OPENAI_API_KEY: 'key', CHAT_MODELS: 'small:1000' }, 'CHAT_MODELS and REPLY_TOKENS leave under 700'],
  [{ REPLY_TOKENS: '14981' }, 'prompt to the default model'],
  [{ PROMPT_TOKENS: '699' }, 'PROMPT_TOKENS must be a whole number from 700'],
  [{ CORS_ORIGINS: '*' }, 'origins separated by commas'],
  [{ DATABASE_POOL_SIZE: '5' }, 'DATABASE_POOL_SIZE means nothing without PostgreSQL'],
  [{ DATABASE_LISTEN_URL: DATABASE_URL }, 'DATABASE_LISTEN_URL means nothing without PostgreSQL'],
  [{ DATABASE_URL, DATABASE_POOL_SIZE: '0' }, 'DATABASE_POOL_SIZE must be a whole number from 1'],
  [{ ROLE: 'worker' }, 'ROLE must be all on SQLite'],
  [{ ROLE: 'api', DATABASE_URL: 'sqlite:a.db' }, 'ROLE must be all on SQLite'],
  [{ ROLE: 'web' }, 'ROLE must be one of all, api, worker'],
  [{ PORT: '4e3' }, 'PORT must be a whole number from 0 to 65535'],
])('%o is refused: %s', (env, reason) => {
  const problems = problemsOf(env);
  expect(problems).toHaveLength(1);
  expect(problems[0]).toContain(reason);
});

test('what a window leaves for a prompt may be as little as 700 tokens', () => {
  const env = { OPENAI_API_KEY: 'key', CHAT_MODELS: 'tiny:1000, small:1734, enough:1735', PROMPT_TOKENS: '700' };
  expect(problemsOf(env)).toEqual(['tiny', 'small'].map((id) => expect.stringContaining(`prompt to ${id}.`)));
  expect(problemsOf({ ...env, REPLY_TOKENS: '280' })).toEqual([]);
  expect(problemsOf({ ...env, REPLY_TOKENS: '281' })).toHaveLength(1);
  // A variable that is wrong itself is told once.
  expect(problemsOf({ ...env, REPLY_TOKENS: '-1' })).toEqual([expect.stringMatching(/^REPLY_TOKENS must/)]);
});

test('.env.example names every variable, with its default', () => {
  const example = parseEnv(readFileSync(new URL('../../.env.example', import.meta.url), 'utf8'));
  expect(Object.keys(example).sort()).toEqual([...variableNames].sort());
  expect(readConfig(example)).toEqual(readConfig({}));
});
