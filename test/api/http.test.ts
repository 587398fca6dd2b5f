import { request } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { json, startHttpApp } from '../support/http-app.ts';

/** The status of a request with headers that `fetch` does not let one set. */
async function statusWith(url: string, headers: Record<string, string>): Promise<number | undefined> {
  const { promise, resolve, reject } = Promise.withResolvers<number | undefined>();
  request(url, { headers }, (response) => {
    response.resume();
    resolve(response.statusCode);
  })
    .on('error', reject)
    .end();
  return promise;
}

test('the request id of a masked error is in the headers too', async () => {
  const app = await startHttpApp();
  const response = await app.post('/graphql', { query: '{ broken }' });
  const requestId = response.headers.get('x-request-id');
  expect((await json(response)).errors?.[0]?.extensions.requestId).toBe(requestId);
});

test.each(['/graphql', '/graphql/stream'])('%s without a valid token is 401', async (path) => {
  const app = await startHttpApp();
  const headers = { authorization: 'Bearer a.b.c', accept: '*/*, text/event-stream' };
  const response = await app.post(path, { query: '{ viewerId' }, headers);
  expect(response.status).toBe(401);
  expect(await json(response)).toEqual({
    errors: [{ message: 'A valid bearer token is needed.', extensions: { code: 'UNAUTHENTICATED' } }],
  });
  expect(app.lines).toEqual([]);
});

test('mistakes of a client are 400, and 200 for clients that ask for application/json', async () => {
  const app = await startHttpApp();
  const statusFor = async (accept: string, query: string) => (await app.post('/graphql', { query }, { accept })).status;
  const newer = 'application/graphql-response+json, application/json;q=0.9';
  for (const query of ['{ viewerId', '{ viewerName }', 'query($n: Int!) { people(first: $n) { nodes { name } } }']) {
    expect([await statusFor(newer, query), await statusFor('application/json', query)]).toEqual([400, 200]);
  }
  expect(await statusFor(newer, '{ nothing }')).toBe(200);
});

test('a subscription that is posted is told where to go', async () => {
  const app = await startHttpApp();
  const response = await app.post('/graphql', { query: 'subscription { replyStream(messageId: 1) { __typename } }' });
  expect(response.status).toBe(400);
  const [error] = (await json(response)).errors ?? [];
  expect(error?.message).toMatch(/WebSocket at \/graphql .*POST \/graphql\/stream/);
  expect(error?.extensions).toEqual({ code: 'BAD_REQUEST' });
});

test('what a page elsewhere may send without being asked is refused', async () => {
  const app = await startHttpApp({ AUTH_JWT_SECRET: '' });
  const body = JSON.stringify({ query: '{ viewerId }' });
  const types = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data; boundary=x'];
  const accept = 'text/event-stream';
  for (const type of types) {
    expect((await app.post('/graphql', body, { 'content-type': type })).status).toBeGreaterThanOrEqual(400);
    expect((await app.post('/graphql/stream', body, { 'content-type': type, accept })).status).toBe(415);
  }
  const bare = await fetch(`${app.url}/graphql?query=%7BviewerId%7D`);
  expect(bare.status).toBe(400);
  const careful = await fetch(`${app.url}/graphql?query=%7BviewerId%7D`, {
    headers: { 'apollo-require-preflight': '1' },
  });
  expect(await json(careful)).toEqual({ data: { viewerId: 'local' } });
});

test('a body of more than 1 MiB is 413, in the form of GraphQL', async () => {
  const app = await startHttpApp();
  for (const path of ['/graphql', '/graphql/stream']) {
    const response = await app.post(path, { query: ' '.repeat(1024 * 1024) });
    expect(response.status).toBe(413);
    expect((await json(response)).errors?.[0]?.extensions).toEqual({ code: 'BAD_REQUEST' });
  }
});

test.each(['{', '[]', 'null', '{"query": 1}', '{"query": "{ viewerId }", "variables": []}'])(
  'the body %s is the mistake of a client',
  async (body) => {
    const app = await startHttpApp();
    for (const path of ['/graphql', '/graphql/stream']) {
      const response = await app.post(path, body, { accept: '*/*, text/event-stream' });
      expect(response.status).toBe(400);
    }
    expect(app.lines).toEqual([]);
  },
);

test('an event stream is not sent to who cannot read one', async () => {
  const app = await startHttpApp();
  const response = await app.post('/graphql/stream', { query: '{ viewerId }' }, { accept: 'application/json' });
  expect(response.status).toBe(406);
});

test('without login, names of others that lead to this machine are not served', async () => {
  const app = await startHttpApp({ AUTH_JWT_SECRET: '' });
  const { port } = new URL(app.url);
  expect(await statusWith(`${app.url}/healthz`, { host: `evil.example.com:${port}` })).toBe(403);
  expect(await statusWith(`${app.url}/healthz`, { host: `localhost.example.com:${port}` })).toBe(403);
  expect(await statusWith(`${app.url}/healthz`, { host: `localhost:${port}` })).toBe(200);
});

test('with login, any well-formed host is served', async () => {
  const app = await startHttpApp();
  expect(await statusWith(`${app.url}/healthz`, { host: 'coach.example.com' })).toBe(200);
  expect(await statusWith(`${app.url}/healthz`, { host: 'a b' })).toBe(403);
});

test('only the origins that are configured may call from a page', async () => {
  const app = await startHttpApp({ CORS_ORIGINS: 'https://app.example.com' });
  const preflight = async (origin: string) => {
    const headers = {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'content-type',
    };
    const response = await fetch(`${app.url}/graphql`, { method: 'OPTIONS', headers });
    return response.headers.get('access-control-allow-origin');
  };
  expect(await preflight('https://app.example.com')).toBe('https://app.example.com');
  expect(await preflight('https://evil.example.com')).toBeNull();
  const stream = await app.postStream({ query: '{ viewerId }' }, { origin: 'https://app.example.com' });
  expect(stream.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
  await stream.text();
});

test('what is not there is 404, in the form of GraphQL', async () => {
  const app = await startHttpApp();
  const response = await fetch(`${app.url}/nowhere`);
  expect(response.status).toBe(404);
  expect((await json(response)).errors?.[0]?.extensions).toEqual({ code: 'NOT_FOUND' });
});

test('a server that is asked to stop is up, but not ready', async () => {
  const app = await startHttpApp();
  const statusOf = async (path: string) => (await fetch(`${app.url}${path}`)).status;
  expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 200]);
  app.state.isDraining = true;
  expect([await statusOf('/healthz'), await statusOf('/readyz')]).toEqual([200, 503]);
});

test('a server whose database is gone is not ready, and says why', async () => {
  const app = await startHttpApp();
  await app.loseDatabase();
  const response = await fetch(`${app.url}/readyz`);
  expect(response.status).toBe(503);
  expect(await response.json()).toEqual({ status: 'unavailable', reason: 'The database does not answer.' });
});

test('requests to upgrade that make no sense are refused, and the server goes on', async () => {
  const app = await startHttpApp();
  const { port } = new URL(app.url);
  for (const path of ['//', '/elsewhere', 'http://[', '/graphql']) {
    const socket = connect(Number(port), '127.0.0.1');
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nOrigin: null\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`,
    );
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 40[034]/);
  }
  expect((await fetch(`${app.url}/healthz`)).status).toBe(200);
});
