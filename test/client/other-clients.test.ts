import { readFileSync } from 'node:fs';
import { buildSchema, parse, validate } from 'graphql';
import { createClient as createStreams } from 'graphql-sse';
import { createClient as createSockets } from 'graphql-ws';
import { Client, fetchExchange, subscriptionExchange } from 'urql';
import { describe, expect, vi } from 'vitest';
import { ReplyStreamDocument } from '../../client/generated/graphql.ts';
import { errorCodes, REPLY_STREAM, replyEvents, type Subscribe } from '../../client/index.ts';
import { type TestApp, test } from '../support/app.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import type { TestViewer } from '../support/test-viewer.ts';
import { begunReply, expectGrowth, read } from './reading.ts';

// A machine may be busy, and a server takes its time to start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

type Connect = (url: string, viewer: TestViewer) => Subscribe;

/** graphql-ws alone. */
const overSockets: Connect = (url, { authorization }) => {
  const client = createSockets({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: { authorization },
    retryAttempts: 0,
  });
  return (messageId, fromOffset, signal) =>
    replyEvents(
      (sink) => client.subscribe({ query: REPLY_STREAM, variables: { messageId, fromOffset } }, sink),
      signal,
    );
};

/** graphql-sse alone. */
const overStreams: Connect = (url, { authorization = '' }) => {
  const client = createStreams({ url: `${url}/graphql/stream`, headers: { authorization }, retryAttempts: 0 });
  return (messageId, fromOffset, signal) =>
    replyEvents(
      (sink) => client.subscribe({ query: REPLY_STREAM, variables: { messageId, fromOffset } }, sink),
      signal,
    );
};

/** urql, whose subscriptions go over graphql-ws; the typed document is the same as for Apollo Client. */
const overUrql: Connect = (url, { authorization }) => {
  const sockets = createSockets({
    url: `${url.replace('http', 'ws')}/graphql`,
    connectionParams: { authorization },
    retryAttempts: 0,
  });
  const client = new Client({
    url: `${url}/graphql`,
    preferGetMethod: false,
    exchanges: [
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables }) => ({
          subscribe: (sink) => ({ unsubscribe: sockets.subscribe({ query, variables: { ...variables } }, sink) }),
        }),
      }),
      fetchExchange,
    ],
  });
  return (messageId, fromOffset, signal) =>
    replyEvents((sink) => {
      const results = client.subscription(ReplyStreamDocument, { messageId, fromOffset });
      return results.subscribe((result) => (result.error ? sink.error(result.error) : sink.next(result))).unsubscribe;
    }, signal);
};

const portOf = ({ url }: TestApp) => Number(new URL(url).port);

describe.each([
  ['graphql-ws', overSockets],
  ['graphql-sse', overStreams],
  ['urql', overUrql],
])('over %s', (_name, connect) => {
  test('a reply is followed to its end by the same core, through a break', async ({ app, alice }) => {
    const proxy = await startTcpProxy({ port: portOf(app) });
    const subscribe = connect(`http://127.0.0.1:${proxy.port}`, alice);
    const { reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in', ' slowly.']);
    const reading = read(subscribe, reply.id);
    await reading.shows('Breathe');
    proxy.cut();
    gate.release();
    await reading.shows('Breathe in');
    gate.releaseAll();
    expect(await reading.end).toMatchObject({ text: 'Breathe in slowly.', message: { status: 'COMPLETE' } });
    expectGrowth(reading.seen);
  });

  test('what is not a reply is not asked for twice', async ({ app, alice }) => {
    const { message } = await alice.turn('I cannot sleep.');
    const subscribe = connect(app.url, alice);
    await expect(read(subscribe, message.id).end).rejects.toSatisfy((error) =>
      errorCodes(error).includes('BAD_USER_INPUT'),
    );
  });

  test('who leaves while nothing comes leaves nothing behind on the server', async ({ app, alice }) => {
    const { reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in.']);
    const left = new AbortController();
    const events = connect(app.url, alice)(reply.id, 0, left.signal)[Symbol.asyncIterator]();
    await events.next();
    const next = events.next();
    left.abort();
    expect(await next).toEqual({ done: true, value: undefined });
    await app.running.replies.get(reply.id)?.log.withoutReaders(new AbortController().signal);
    gate.releaseAll();
    await app.idle();
  });
});

test('the subscription as text is one of the schema', () => {
  const schema = buildSchema(readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8'));
  expect(validate(schema, parse(REPLY_STREAM))).toEqual([]);
});
