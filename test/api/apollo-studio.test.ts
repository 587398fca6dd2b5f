import { getIntrospectionQuery } from 'graphql';
import { createClient } from 'graphql-ws';
import { expect, onTestFinished, test } from 'vitest';
import WebSocket from 'ws';
import { startApp } from '../support/app.ts';
import { startHttpApp } from '../support/http-app.ts';

const STUDIO = 'https://studio.apollographql.com';
const WITHOUT_LOGIN = { AUTH_JWT_SECRET: '' };

/** As Chromium sends it for a page of Apollo Sandbox. */
const preflight = (url: string, origin = STUDIO) =>
  fetch(`${url}/graphql`, {
    method: 'OPTIONS',
    headers: {
      origin,
      'access-control-request-method': 'POST',
      'access-control-request-headers': 'authorization,content-type,x-apollo-operation-name',
      'access-control-request-private-network': 'true',
    },
  });

const introspect = (url: string, headers: Record<string, string>) =>
  fetch(`${url}/graphql`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', origin: STUDIO, ...headers },
    body: JSON.stringify({ operationName: 'IntrospectionQuery', query: getIntrospectionQuery() }),
  });

/** The subprotocol that was agreed on, or the status with which the socket was refused. */
function shake(socketUrl: string, origin = STUDIO): Promise<string> {
  const socket = new WebSocket(socketUrl, 'graphql-transport-ws', { origin });
  return new Promise((resolve) => {
    socket.once('open', () => {
      resolve(socket.protocol);
      socket.close();
    });
    socket.once('error', ({ message }) => resolve(message));
  });
}

test('Apollo Sandbox may ask a development server, also where the browser asks about the local network', async () => {
  const { url } = await startHttpApp(WITHOUT_LOGIN);
  const { status, headers } = await preflight(url);
  expect(status).toBe(204);
  expect(Object.fromEntries(headers)).toMatchObject({
    'access-control-allow-origin': STUDIO,
    'access-control-allow-methods': 'GET, POST',
    'access-control-allow-headers': 'authorization,content-type,x-apollo-operation-name',
    'access-control-allow-private-network': 'true',
  });
  expect(headers.get('access-control-allow-credentials')).toBeNull();
});

test('it reads the schema and its answers', async () => {
  const { url } = await startHttpApp(WITHOUT_LOGIN);
  const response = await introspect(url, { 'x-apollo-operation-name': 'IntrospectionQuery' });
  expect(response.headers.get('access-control-allow-origin')).toBe(STUDIO);
  expect(await response.json()).toMatchObject({ data: { __schema: { queryType: { name: 'Query' } } } });
});

test('its subscriptions run over graphql-ws', async () => {
  const app = await startApp({ env: WITHOUT_LOGIN });
  onTestFinished(() => app.close());
  const socketUrl = `${app.url.replace('http', 'ws')}/graphql`;
  expect(await shake(socketUrl)).toBe('graphql-transport-ws');
  const { reply } = await (await app.viewer('local')).turn('I cannot sleep.');
  const client = createClient({ url: socketUrl, webSocketImpl: FromStudio });
  onTestFinished(() => client.dispose());
  const query = `subscription { replyStream(messageId: "${reply.id}", fromOffset: 9999) { __typename } }`;
  const events = [];
  for await (const event of client.iterate({ query })) events.push(event);
  expect(events).toEqual([{ data: { replyStream: { __typename: 'ReplyCompleted' } } }]);
});

class FromStudio extends WebSocket {
  constructor(address: string, protocol: string) {
    super(address, protocol, { origin: STUDIO });
  }
}

test.each([
  ['another page', WITHOUT_LOGIN, 'https://studio.apollographql.com.evil.example'],
  ['Apollo Studio, with a login', {}, STUDIO],
  ['Apollo Studio, where it is not among the origins', { ...WITHOUT_LOGIN, CORS_ORIGINS: 'none' }, STUDIO],
])('%s is let in by none of this', async (_who, env, origin) => {
  const { url, socketUrl } = await startHttpApp(env);
  const { headers } = await preflight(url, origin);
  for (const name of ['access-control-allow-origin', 'access-control-allow-private-network']) {
    expect([name, headers.get(name)]).toEqual([name, null]);
  }
  expect(await shake(socketUrl, origin)).toContain('403');
});
