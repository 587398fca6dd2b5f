import { once } from 'node:events';
import { createClient as createSseClient } from 'graphql-sse';
import { CloseCode } from 'graphql-ws';
import { describe, expect, test } from 'vitest';
import WebSocket from 'ws';
import { AppError } from '../../src/errors.ts';
import { type HttpApp, sseResults, startHttpApp } from '../support/http-app.ts';

const FOLLOW = {
  query: `subscription {
    replyStream(messageId: "1") {
      __typename
      ... on ReplyDelta { from: offset text }
      ... on ReplyCompleted { viewerId readBy }
    }
  }`,
};
const delta = (offset: number, text: string) => ({ __typename: 'ReplyDelta', messageId: '1', offset, text });
const completed = () => ({ __typename: 'ReplyCompleted' });
const streaming = ['ws', 'sse'] as const;

async function collect<T>(from: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const value of from) all.push(value);
  return all;
}

/** A bare socket that has been acknowledged, and every message it gets. */
async function openSocket(app: HttpApp, authorization = app.alice, origin?: string) {
  const socket = new WebSocket(app.socketUrl, 'graphql-transport-ws', { ...(origin && { origin }) });
  const messages: { id?: string; type: string; payload?: unknown }[] = [];
  socket.on('message', (text) => messages.push(JSON.parse(String(text))));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', payload: { authorization } }));
  await Promise.race([once(socket, 'message'), once(socket, 'close')]);
  const subscribe = (id: string, payload: object) => socket.send(JSON.stringify({ id, type: 'subscribe', payload }));
  return { socket, messages, subscribe };
}

describe.each(streaming)('over %s', (transport) => {
  test('events come in their order, those that are read anew each with an entity manager of its own', async () => {
    const app = await startHttpApp();
    const events = collect(app.follow(transport, FOLLOW));
    app.source.emit(delta(0, 'Breathe '));
    app.source.emit(delta(8, 'slowly.'));
    app.source.emit(completed());
    app.source.emit(completed());
    app.source.end();
    const replyStream = { __typename: 'ReplyCompleted', viewerId: 'alice' };
    expect(await events).toEqual([
      { data: { replyStream: { __typename: 'ReplyDelta', from: 0, text: 'Breathe ' } } },
      { data: { replyStream: { __typename: 'ReplyDelta', from: 8, text: 'slowly.' } } },
      { data: { replyStream: { ...replyStream, readBy: 1 } } },
      { data: { replyStream: { ...replyStream, readBy: 2 } } },
    ]);
  });

  test('a delta looks the same when the document asks for more than plain fields', async () => {
    const app = await startHttpApp();
    app.source.emit(delta(0, 'Breathe.'));
    app.source.end();
    const plain = await collect(app.follow(transport, FOLLOW));
    const query = FOLLOW.query.replace('text }', 'text @include(if: true) }');
    expect(await collect(app.follow(transport, { query }))).toEqual(plain);
  });

  test('a reader that leaves while it waits leaves nothing behind', async () => {
    const app = await startHttpApp();
    app.source.emit(delta(0, 'Breathe.'));
    const reader = app.follow(transport, FOLLOW);
    await reader.next();
    await app.source.readers(1);
    await reader.return();
    await app.source.readers(0);
  });

  test('what is wrong before the first event comes as an error, never as data', async () => {
    const app = await startHttpApp();
    const answers = await collect(app.follow(transport, { query: 'subscription { refused { __typename } }' }));
    expect(answers).toEqual([
      { errors: [expect.objectContaining({ message: 'No such reply.', extensions: { code: 'NOT_FOUND' } })] },
    ]);
  });

  test('a source that fails on its way ends the subscription with an error', async () => {
    const app = await startHttpApp();
    app.source.emit(delta(0, 'Breathe.'));
    app.source.fail(new AppError('SERVICE_UNAVAILABLE', 'The server is stopping.'));
    const answers = await collect(app.follow(transport, FOLLOW));
    expect(answers).toHaveLength(2);
    expect(answers[1]?.errors?.[0]?.extensions).toEqual({ code: 'SERVICE_UNAVAILABLE' });
    expect(app.lines).toEqual([]);
  });

  test('a source with a bug is masked, and logged once with the id that the client gets', async () => {
    const app = await startHttpApp();
    app.source.fail(new TypeError('a secret of the server'));
    const [answer] = await collect(app.follow(transport, FOLLOW));
    const { requestId, code } = answer?.errors?.[0]?.extensions ?? {};
    expect(code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(answer)).not.toContain('secret');
    expect(app.lines.map(({ details }) => details.requestId)).toEqual([requestId]);
  });

  test('a field of an event that fails leaves the subscription open', async () => {
    const app = await startHttpApp();
    app.source.emit(completed());
    app.source.emit(delta(0, 'Breathe.'));
    app.source.end();
    const query =
      'subscription { replyStream(messageId: "1") { ... on ReplyCompleted { broken } ... on ReplyDelta { text } } }';
    const answers = await collect(app.follow(transport, { query }));
    expect(answers).toEqual([
      {
        data: { replyStream: { broken: null } },
        errors: [expect.objectContaining({ path: ['replyStream', 'broken'] })],
      },
      { data: { replyStream: { text: 'Breathe.' } } },
    ]);
    expect(app.lines).toHaveLength(1);
  });

  test('when the server stops, readers get what ended their replies first', async () => {
    const app = await startHttpApp();
    const events = collect(app.follow(transport, FOLLOW));
    await app.source.readers(1);
    await app.drain(async () => {
      app.source.emit(completed());
      app.source.end();
    });
    expect(await events).toHaveLength(1);
    await app.source.readers(0);
    await expect(fetch(app.url)).rejects.toThrow();
  });
});

test('the reader over SSE is told when its token expires, and cut off', async () => {
  const app = await startHttpApp();
  const authorization = (await app.tokenFor('alice', 2)) ?? '';
  const answers = await collect(sseResults(await app.postStream(FOLLOW, { authorization })));
  expect(answers).toEqual([
    { errors: [{ message: 'The token has expired.', extensions: { code: 'UNAUTHENTICATED' } }] },
  ]);
  await app.source.readers(0);
});

test('a socket is closed when its token expires, with all that runs on it', async () => {
  const app = await startHttpApp();
  const { socket, subscribe } = await openSocket(app, await app.tokenFor('alice', 2));
  subscribe('1', FOLLOW);
  await app.source.readers(1);
  const [code, reason] = await once(socket, 'close');
  expect([code, String(reason)]).toEqual([CloseCode.Forbidden, 'Token expired']);
  await app.source.readers(0);
});

test('a socket without a valid token is closed with 4403, on which clients come again', async () => {
  const app = await startHttpApp();
  const { socket } = await openSocket(app, 'Bearer a.b.c');
  if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
  const again = new WebSocket(app.socketUrl, 'graphql-transport-ws');
  again.on('open', () => again.send('{"type":"connection_init"}'));
  const [code] = await once(again, 'close');
  expect(code).toBe(CloseCode.Forbidden);
});

test('a reader whose connection breaks leaves nothing behind', async () => {
  const app = await startHttpApp();
  const { socket, subscribe } = await openSocket(app);
  subscribe('1', FOLLOW);
  await app.source.readers(1);
  socket.terminate();
  await app.source.readers(0);
});

test('over the socket, an error of subscribing is a message `error`, after which the id is free', async () => {
  const app = await startHttpApp();
  const { socket, messages, subscribe } = await openSocket(app);
  for (const _ of [1, 2]) {
    subscribe('1', { query: 'subscription { refused { __typename } }' });
    await once(socket, 'message');
  }
  expect(messages.map(({ type }) => type)).toEqual(['connection_ack', 'error', 'error']);
});

test('a socket that is idle is closed with 1001 when the server stops', async () => {
  const app = await startHttpApp();
  const { socket } = await openSocket(app);
  const closed = once(socket, 'close');
  await app.drain();
  expect((await closed)[0]).toBe(1001);
});

test('one socket carries 50 operations, and not one more', async () => {
  const app = await startHttpApp();
  const { socket, messages, subscribe } = await openSocket(app);
  for (let id = 1; id <= 51; id += 1) subscribe(String(id), FOLLOW);
  await once(socket, 'message');
  expect(messages.at(-1)).toMatchObject({
    id: '51',
    type: 'error',
    payload: [{ extensions: { code: 'LIMIT_EXCEEDED' } }],
  });
  await app.source.readers(50);
});

test('pages of other origins cannot open a socket', async () => {
  const app = await startHttpApp({ CORS_ORIGINS: 'https://app.example.com' });
  const outcome = async (origin: string) => {
    const socket = new WebSocket(app.socketUrl, 'graphql-transport-ws', { origin });
    const { promise, resolve } = Promise.withResolvers<unknown>();
    socket.on('open', () => resolve('open')).on('unexpected-response', (_, response) => resolve(response.statusCode));
    const found = await promise;
    socket.on('error', () => undefined).terminate();
    return found;
  };
  expect(await outcome('https://app.example.com')).toBe('open');
  expect(await outcome(app.url)).toBe('open');
  expect(await outcome('https://evil.example.com')).toBe(403);
  expect(await outcome('null')).toBe(403);
});

test('the client of the graphql-sse package reads our event stream', async () => {
  const app = await startHttpApp();
  const client = createSseClient({ url: `${app.url}/graphql/stream`, headers: { authorization: app.alice ?? '' } });
  app.source.emit(delta(0, 'Breathe.'));
  app.source.end();
  expect(await collect(client.iterate(FOLLOW))).toHaveLength(1);
});
