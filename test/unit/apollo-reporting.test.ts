import { gunzipSync } from 'node:zlib';
import { ApolloServer, HeaderMap } from '@apollo/server';
import { afterEach, expect, test, vi } from 'vitest';
import type { Config } from '../../src/config.ts';
import type { Context } from '../../src/context.ts';
import { reportingPlugins } from '../../src/http/apollo-reporting.ts';
import { testSchema } from '../support/test-schema.ts';

const APOLLO = { key: 'service:coach:a key', graphRef: 'coach@current', reportsSchema: false };

afterEach(() => vi.unstubAllEnvs());

interface Sent {
  url: string;
  headers: Record<string, string>;
  text: string;
}

/** What is sent to Apollo for an operation, an error and a mistake. */
async function reported(apollo: Config['apollo']): Promise<Sent[]> {
  const sent: Sent[] = [];
  const fetcher = async (url: string, options?: { headers?: Record<string, string>; body?: unknown }) => {
    const text = gunzipSync(Buffer.from(options?.body as Uint8Array)).toString('latin1');
    sent.push({ url, headers: options?.headers ?? {}, text });
    return new Response('', { status: 200 });
  };
  const { schema } = testSchema();
  const plugins = reportingPlugins({ apollo }, { fetcher, sendReportsImmediately: true });
  const given = apollo && { key: apollo.key, graphRef: apollo.graphRef };
  const logger = { debug() {}, info() {}, warn() {}, error() {} };
  const server = new ApolloServer<Context>({ schema, plugins, logger, ...(given && { apollo: given }) });
  await server.start();
  for (const [query, variables] of [
    [
      'query Lengths($text: String!) { a: lengthOf(text: $text) b: lengthOf(text: "a secret in the query") }',
      { text: 'a secret in a variable' },
    ],
    ['query Broken { nothing }', {}],
    ['query Invalid { thereIsNoSuchField }', {}],
  ] as const) {
    const headers = new HeaderMap([
      ['content-type', 'application/json'],
      ['authorization', 'Bearer a secret in a header'],
    ]);
    const body = { query, variables };
    const httpGraphQLRequest = { method: 'POST', headers, body, search: '' };
    // What the resolvers of these operations read of it: nothing.
    await server.executeHTTPGraphQLRequest({ httpGraphQLRequest, context: async () => ({}) as Context });
  }
  // It is sent after the answer.
  if (apollo) await expect.poll(() => sent.length).toBe(3);
  await server.stop();
  return sent;
}

test('Apollo is told which operations there were, and nothing that anybody wrote', async () => {
  const sent = await reported(APOLLO);
  for (const { url, headers, text } of sent) {
    expect(url).toBe('https://usage-reporting.api.apollographql.com/api/ingress/traces');
    expect(headers).toMatchObject({ 'x-api-key': APOLLO.key });
    expect(text).toContain('coach@current');
    expect(text).not.toMatch(/secret|No such thing|thereIsNoSuchField/);
  }
  const all = sent.map(({ text }) => text).join();
  expect(all).toContain('# Lengths');
  expect(all).toContain('# Broken');
});

test('without a key in the configuration nothing is sent, whatever else is in the environment', async () => {
  vi.stubEnv('APOLLO_KEY', APOLLO.key);
  vi.stubEnv('APOLLO_GRAPH_REF', APOLLO.graphRef);
  vi.stubEnv('APOLLO_SCHEMA_REPORTING', 'true');
  const anybody = vi.spyOn(globalThis, 'fetch');
  expect(await reported(null)).toEqual([]);
  expect(anybody).not.toHaveBeenCalled();
  anybody.mockRestore();
});
