import { createHash } from 'node:crypto';
import { runInNewContext } from 'node:vm';
import { parse, validate } from 'graphql';
import { describe, expect, test } from 'vitest';
import { explorerTabs } from '../../src/http/explorer-tabs.ts';
import { createSchema } from '../../src/schema.ts';
import { startHttpApp } from '../support/http-app.ts';

const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const WITHOUT_LOGIN = { AUTH_JWT_SECRET: '' };

describe('GET /graphql', () => {
  test('a browser gets the explorer, under a policy by which nothing but its own script runs', async () => {
    const { url } = await startHttpApp(WITHOUT_LOGIN);
    const response = await fetch(`${url}/graphql`, { headers: BROWSER });
    const page = await response.text();
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    const policy = response.headers.get('content-security-policy') ?? '';
    const [, hash] = /script-src 'sha256-([^']+)';/.exec(policy) ?? [];
    const scripts = [...page.matchAll(/^ {6}<script>(.*?)<\/script>/gms)].map(([, script = '']) => script);
    expect(scripts.map((script) => createHash('sha256').update(script).digest('base64'))).toEqual([hash]);
    expect(policy).toMatch(/^default-src 'none'; .*connect-src 'self'; .*frame-ancestors 'none'$/);
    expect(policy).not.toMatch(/https?:|\*|unsafe-eval|script-src[^;]*unsafe/);
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(page).toContain('subscriptionsProtocol":"WS"');
  });

  test('what a browser kept of it may be broken, or out of reach', async () => {
    const { url } = await startHttpApp(WITHOUT_LOGIN);
    const page = await (await fetch(`${url}/graphql`, { headers: BROWSER })).text();
    const [, first = ''] = /<script>(try \{.*?\} catch \{\})/s.exec(page) ?? [];
    expect(first).toContain('graphiql:tabState');
    const history = { replaceState: () => expect.fail('There is nothing to replace.') };
    for (const getItem of [() => 'no JSON', () => 'null', () => '{"tabs":[null]}', () => expect.fail('No access.')]) {
      const localStorage = { getItem, setItem: () => {} };
      runInNewContext(first, { localStorage, history, location: { href: 'http://127.0.0.1/graphql' }, URL });
    }
  });

  test('it is sent compressed, to others as it is, and not again to who has it', async () => {
    const { url } = await startHttpApp(WITHOUT_LOGIN);
    const packed = await fetch(`${url}/graphql`, { headers: { ...BROWSER, 'accept-encoding': 'gzip' } });
    const plain = await fetch(`${url}/graphql`, { headers: { ...BROWSER, 'accept-encoding': 'identity' } });
    expect([packed, plain].map(({ headers }) => headers.get('content-encoding'))).toEqual(['gzip', null]);
    const [page, asItIs] = [await packed.text(), await plain.text()];
    expect(page === asItIs).toBe(true);
    expect(Number(packed.headers.get('content-length'))).toBeLessThan(asItIs.length / 3);
    for (const encodings of ['gzip;q=0', 'br, gzip; q=0.0', 'x-gzip']) {
      const refused = await fetch(`${url}/graphql`, { headers: { ...BROWSER, 'accept-encoding': encodings } });
      expect([encodings, refused.headers.get('content-encoding')]).toEqual([encodings, null]);
      await refused.body?.cancel();
    }
    const known = { ...BROWSER, 'if-none-match': packed.headers.get('etag') ?? '' };
    const again = await fetch(`${url}/graphql`, { headers: known });
    expect([again.status, await again.text(), again.headers.get('vary')]).toEqual([304, '', 'accept, accept-encoding']);
  });

  test('clients still get answers there, and no page elsewhere gets any', async () => {
    const { url } = await startHttpApp(WITHOUT_LOGIN);
    const at = `${url}/graphql?query={__typename}`;
    for (const accept of ['application/json', '*/*', 'application/graphql-response+json']) {
      const response = await fetch(at, { headers: { accept, 'apollo-require-preflight': 'true' } });
      expect([accept, await response.json()]).toEqual([accept, { data: { __typename: 'Query' } }]);
      const forged = await fetch(at, { headers: { accept } });
      expect([accept, forged.status, (await forged.text()).includes('__typename')]).toEqual([accept, 400, false]);
    }
    const posted = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { ...BROWSER, 'content-type': 'application/json' },
      body: '{"query":"{__typename}"}',
    });
    expect(await posted.json()).toEqual({ data: { __typename: 'Query' } });
  });

  test('where the schema is not told, it says so in a sentence', async () => {
    for (const env of [{}, { ...WITHOUT_LOGIN, INTROSPECTION: 'off' }]) {
      const { url } = await startHttpApp(env);
      const response = await fetch(`${url}/graphql`, { headers: BROWSER });
      expect([response.status, response.headers.get('content-type')]).toEqual([404, 'text/plain; charset=utf-8']);
      expect(await response.text()).toContain('INTROSPECTION=on');
    }
  });

  test('with a login it asks for a token, and sends it with subscriptions too', async () => {
    const { url } = await startHttpApp({ INTROSPECTION: 'on' });
    const page = await (await fetch(`${url}/graphql`, { headers: BROWSER })).text();
    expect(page).toContain('"subscriptionsProtocol":"GRAPHQL_SSE","subscriptionsEndpoint":"/graphql/stream"');
    expect(page).toContain('Bearer your token');
  });

  test('a process that runs jobs only serves none', async () => {
    const { url } = await startHttpApp({ ROLE: 'worker', DATABASE_URL: 'postgresql://nobody@127.0.0.1/none' });
    const response = await fetch(`${url}/graphql`, { headers: BROWSER });
    expect([response.status, (await response.json()).errors[0].extensions.code]).toEqual([404, 'NOT_FOUND']);
  });
});

describe('its tabs', () => {
  test.each(explorerTabs.map((tab) => [/(?:query|mutation|subscription) (\w+)/.exec(tab.query)?.[1], tab] as const))(
    '%s is valid, with the variables that it names',
    (_name, { query, variables = '{}' }) => {
      const document = parse(query);
      expect(validate(createSchema(), document)).toEqual([]);
      const [operation] = document.definitions;
      const named = operation && 'variableDefinitions' in operation ? (operation.variableDefinitions ?? []) : [];
      expect(named.map(({ variable }) => variable.name.value)).toEqual(
        expect.arrayContaining(Object.keys(JSON.parse(variables))),
      );
    },
  );

  test('no line is longer than the editor is wide', () => {
    const lines = explorerTabs.flatMap(({ query }) => query.split('\n'));
    expect(lines.filter((line) => line.length > 52)).toEqual([]);
  });
});
