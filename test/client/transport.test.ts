import { createServer, type Socket } from 'node:net';
import { describe, expect, onTestFinished, vi } from 'vitest';
import { type Auth, addMessages, createTransport, type TransportOptions } from '../../client/apollo/index.ts';
import {
  ChatSessionChangedDocument,
  ChatSessionDocument,
  SendMessageDocument,
  ViewerDocument,
} from '../../client/generated/hooks.ts';
import { signToken } from '../../src/users/sign-token.ts';
import { SECRET, type TestApp, test } from '../support/app.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';
import { startTcpProxy } from '../support/tcp-proxy.ts';
import type { TestViewer } from '../support/test-viewer.ts';
import { begunReply, connect, read } from './reading.ts';

// A machine may be busy, and a server takes its time to start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const tokenFor = (id: string, seconds = 600) =>
  signToken({ kind: 'secret', secret: SECRET, issuer: null, audience: null }, id, seconds);

const authOf = ({ authorization = '' }: TestViewer): Auth => ({ token: () => authorization.replace('Bearer ', '') });

/** Tokens that are good for a while, or are not; and how often another was asked for. */
function tokens(first: string, ...next: string[]) {
  let token = first;
  let refreshes = 0;
  const auth: Auth = {
    token: async () => token,
    async refresh() {
      refreshes += 1;
      const following = next.shift();
      if (!following) throw new Error('Log in again.');
      token = following;
    },
  };
  return { auth, refreshes: () => refreshes };
}

/** A transport to the app, until the test ends. */
function transportTo(app: TestApp, options: Partial<TransportOptions>) {
  const urls = { ws: `${app.url.replace('http', 'ws')}/graphql`, sse: `${app.url}/graphql/stream` };
  const transport = createTransport({ ...urls, ...options });
  onTestFinished(() => transport.dispose());
  let sockets = 0;
  transport.socket.on('connecting', () => {
    sockets += 1;
  });
  return { ...transport, sockets: () => sockets };
}

/** Where nothing listens. */
async function deadUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/graphql`;
}

describe('an Apollo Client', () => {
  test('sends into a session that it shows, and has the reply in its cache before anyone hears of its end', async ({
    app,
    alice,
  }) => {
    const { client, subscribe } = connect(app.url, { auth: authOf(alice) });
    const gate = createGate();
    app.model.next(slowly(['Breathe', ' in', ' slowly.'], gate));
    const { id } = await alice.createSession();
    const shown = { query: ChatSessionDocument, variables: { id } };
    await client.query(shown);
    const input = { sessionId: id, content: 'I cannot sleep.' };
    const { data } = await client.mutate({ mutation: SendMessageDocument, variables: { input } });
    if (!data) throw new Error('No answer.');
    const { message, reply } = data.sendMessage;
    addMessages(client.cache, id, [message, reply]);
    // All that the page asks for is there, without another request.
    const messages = () => client.readQuery(shown)?.chatSession?.messages;
    expect(messages()).toMatchObject({ nodes: [message, reply], totalCount: 2, pageInfo: { hasNextPage: false } });
    const reading = read(subscribe, reply.id);
    gate.releaseAll();
    expect(await reading.end).toMatchObject({ text: 'Breathe in slowly.', message: { status: 'COMPLETE' } });
    expect(messages()?.nodes.at(-1)).toMatchObject({
      ...{ status: 'COMPLETE', content: 'Breathe in slowly.', citations: [] },
      ...{ usage: { totalTokens: expect.any(Number) }, prompt: { budgetTokens: expect.any(Number) } },
    });
  });

  test('follows a session until it is gone, over one socket with its replies', async ({ app, alice }) => {
    const { client, subscribe, socket } = connect(app.url, { auth: authOf(alice) });
    let sockets = 0;
    socket.on('opened', () => {
      sockets += 1;
    });
    const { session, reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in.']);
    const running: unknown[] = [];
    const ended = Promise.withResolvers<void>();
    client.subscribe({ query: ChatSessionChangedDocument, variables: { id: session.id } }).subscribe({
      next: ({ data }) => void running.push(data?.chatSessionChanged.runningReply?.id ?? null),
      complete: ended.resolve,
      error: ended.reject,
    });
    const reading = read(subscribe, reply.id);
    await expect.poll(() => running.at(-1)).toBe(reply.id);
    gate.releaseAll();
    await reading.end;
    await expect.poll(() => running.at(-1)).toBeNull();
    await alice.remove(session.id, true);
    await ended.promise;
    expect(sockets).toBe(1);
  });

  test('is told why a session cannot be followed', async ({ app, alice }) => {
    const { client } = connect(app.url, { auth: authOf(alice) });
    const failed = Promise.withResolvers<unknown>();
    client
      .subscribe({ query: ChatSessionChangedDocument, variables: { id: '00000000-0000-7000-8000-000000000000' } })
      .subscribe({ next: (result) => failed.resolve(result.error ?? result), error: failed.resolve });
    expect(await failed.promise).toMatchObject({ errors: [{ extensions: { code: 'NOT_FOUND' } }] });
  });
});

describe('another viewer', () => {
  test.for(['ws', 'sse'] as const)(
    'finds nothing of the last one, and is heard over %s as who they are',
    async (over, { app, alice, bob }) => {
      let viewer = alice;
      const auth: Auth = { token: () => authOf(viewer).token() };
      const { client, subscribe, changeViewer } = connect(app.url, {
        auth,
        // A socket that never opens.
        ...(over === 'sse' && { webSocket: brokenSocket(await deadUrl()) }),
      });
      const hers = await begunReply(app.model, alice, ['Breathe', ' in.']);
      const shown = client.watchQuery({ query: ViewerDocument });
      const subscription = shown.subscribe(() => {});
      onTestFinished(() => subscription.unsubscribe());
      await client.query({ query: ChatSessionDocument, variables: { id: hers.session.id } });
      const reading = read(subscribe, hers.reply.id);
      await reading.shows('Breathe');
      expect(JSON.stringify(client.extract())).toContain('I cannot sleep.');
      app.model.next(slowly(['Late.'], hers.gate));
      const input = { content: 'Is it late?', wait: true };
      const late = client.mutate({ mutation: SendMessageDocument, variables: { input } });
      await expect.poll(async () => (await alice.sessions()).totalCount).toBe(2);

      viewer = bob;
      const [lateAnswer] = await Promise.allSettled([late, changeViewer()]);
      expect(lateAnswer.status).toBe('rejected');
      await expect(reading.end).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
      expect(JSON.stringify(client.extract())).not.toMatch(/"Chat(Session|Message):/);
      expect(shown.getCurrentResult().data?.viewer).toMatchObject({ id: 'bob' });
      hers.gate.releaseAll();
      const his = await begunReply(app.model, bob, ['Walk', ' a while.']);
      his.gate.releaseAll();
      expect(await read(subscribe, his.reply.id).end).toMatchObject({ text: 'Walk a while.' });
      await app.idle();
    },
  );
});

/** A socket to elsewhere, whatever it is asked to connect to. */
const brokenSocket = (url: string) =>
  class extends WebSocket {
    constructor(_asked: string, protocol: string) {
      super(url, protocol);
    }
  };

describe('a reply', () => {
  test('that is not there, or not a reply, is not asked for twice', async ({ app, alice }) => {
    const { message } = await alice.turn('I cannot sleep.');
    const { subscribe } = transportTo(app, { auth: authOf(alice) });
    await expect(read(subscribe, 'nonsense').end).rejects.toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
    await expect(read(subscribe, message.id).end).rejects.toMatchObject([{ extensions: { code: 'BAD_USER_INPUT' } }]);
  });

  test('that ended long ago gives the rest, and its end', async ({ app, alice }) => {
    app.model.next(says('Breathe.'));
    const { reply } = await alice.turn('I cannot sleep.');
    const { subscribe } = transportTo(app, { auth: authOf(alice) });
    expect(await read(subscribe, reply.id, 'Brea').end).toMatchObject({ text: 'Breathe.', phase: 'ended' });
  });
});

describe('where sockets do not open,', () => {
  test('events come over HTTP, for good where none ever opened', async ({ app, alice }) => {
    const transport = transportTo(app, { ws: await deadUrl(), auth: authOf(alice) });
    const { reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in', ' slowly.']);
    const reading = read(transport.subscribe, reply.id);
    await reading.shows('Breathe');
    expect(transport.sockets()).toBe(2);
    gate.releaseAll();
    expect(await reading.end).toMatchObject({ text: 'Breathe in slowly.' });
    expect(await read(transport.subscribe, reply.id).end).toMatchObject({ text: 'Breathe in slowly.' });
    expect(transport.sockets()).toBe(2);
  });

  test('and break over HTTP too, nothing is lost', async ({ app, alice }) => {
    const proxy = await startTcpProxy({ port: Number(new URL(app.url).port) });
    const sse = `http://127.0.0.1:${proxy.port}/graphql/stream`;
    const transport = transportTo(app, { ws: await deadUrl(), sse, auth: authOf(alice) });
    const { reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in', ' slowly.']);
    const reading = read(transport.subscribe, reply.id);
    await reading.shows('Breathe');
    proxy.cut();
    gate.release();
    await reading.shows('Breathe in');
    gate.releaseAll();
    expect(await reading.end).toMatchObject({ text: 'Breathe in slowly.', message: { status: 'COMPLETE' } });
  });

  test('but did before, the server was away, and sockets are tried again', async ({ app, alice }) => {
    const proxy = await startTcpProxy({ port: Number(new URL(app.url).port) });
    const transport = transportTo(app, { ws: `ws://127.0.0.1:${proxy.port}/graphql`, auth: authOf(alice) });
    const { reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in', ' slowly.']);
    const reading = read(transport.subscribe, reply.id);
    await reading.shows('Breathe');
    proxy.refuse();
    proxy.cut();
    gate.release();
    await reading.shows('Breathe in');
    expect(transport.sockets()).toBe(3);
    await proxy.heal();
    gate.releaseAll();
    await reading.end;
    await read(transport.subscribe, reply.id).end;
    expect(transport.sockets()).toBe(4);
  });

  test('because something on the way never answers, that is found out', async ({ app, alice }) => {
    const held = new Set<Socket>();
    const silent = createServer((socket) => void held.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => {
      for (const socket of held) socket.destroy();
      silent.close();
    });
    const address = silent.address();
    const ws = `ws://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/graphql`;
    const transport = transportTo(app, { ws, auth: authOf(alice), patienceMs: 100 });
    const { reply } = await alice.turn('I cannot sleep.');
    expect(await read(transport.subscribe, reply.id).end).toMatchObject({ phase: 'ended' });
  });
});

describe('a network that falls silent', () => {
  test.for(['ws', 'sse'] as const)(
    'is left, over %s, and a reply goes on once it is back',
    async (over, { app, alice }) => {
      const proxy = await startTcpProxy({ port: Number(new URL(app.url).port) });
      const url = `127.0.0.1:${proxy.port}/graphql`;
      const transport = transportTo(app, {
        ...{ ws: over === 'ws' ? `ws://${url}` : await deadUrl(), sse: `http://${url}/stream` },
        ...{ auth: authOf(alice), patienceMs: 200 },
      });
      const { reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in', ' slowly.']);
      const reading = read(transport.subscribe, reply.id);
      await reading.shows('Breathe');
      proxy.freeze();
      gate.release();
      await expect.poll(() => reading.seen.at(-1)?.phase).toBe('reconnecting');
      await proxy.heal();
      await reading.shows('Breathe in');
      gate.releaseAll();
      expect(await reading.end).toMatchObject({ text: 'Breathe in slowly.', message: { status: 'COMPLETE' } });
    },
  );
});

describe('a token that expires', () => {
  test.for(['ws', 'sse'] as const)(
    'while a reply is read over %s is renewed once, and nothing is lost',
    async (over, { app, alice }) => {
      const { auth, refreshes } = tokens(await tokenFor('alice', 2), await tokenFor('alice'));
      const transport = transportTo(app, { auth, ...(over === 'sse' && { ws: await deadUrl() }) });
      const { reply, gate } = await begunReply(app.model, alice, ['Breathe', ' in', ' slowly.']);
      const reading = read(transport.subscribe, reply.id);
      const another = read(transport.subscribe, reply.id);
      await reading.shows('Breathe');
      await expect.poll(refreshes).toBe(1);
      gate.releaseAll();
      expect(await reading.end).toMatchObject({ text: 'Breathe in slowly.', message: { status: 'COMPLETE' } });
      expect(await another.end).toMatchObject({ text: 'Breathe in slowly.' });
      expect(refreshes()).toBe(1);
    },
  );

  test('is renewed once for all requests that were refused, each of which is made once more', async ({ app }) => {
    const { auth, refreshes } = tokens('expired', await tokenFor('alice'));
    const { client } = connect(app.url, { auth });
    const ask = () =>
      client.query({ query: ViewerDocument, fetchPolicy: 'network-only', context: { queryDeduplication: false } });
    const answers = await Promise.all([ask(), ask(), ask()]);
    expect(answers.map(({ data }) => data?.viewer.id)).toEqual(['alice', 'alice', 'alice']);
    expect(refreshes()).toBe(1);
  });

  test('and cannot be renewed is told to who asked, once', async ({ app }) => {
    const { auth, refreshes } = tokens('expired');
    const { client } = connect(app.url, { auth });
    await expect(client.query({ query: ViewerDocument })).rejects.toThrow('Log in again.');
    expect(refreshes()).toBe(1);
  });

  test('for another that is refused as well is told as the server says it', async ({ app }) => {
    const { auth, refreshes } = tokens('expired', 'wrong');
    const { client } = connect(app.url, { auth });
    await expect(client.query({ query: ViewerDocument })).rejects.toMatchObject({
      errors: [{ extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(refreshes()).toBe(1);
  });

  test('holds up who reads until there is another, and they lose nothing', async ({ app, alice }) => {
    let token = 'expired';
    let refreshes = 0;
    const auth: Auth = {
      token: () => token,
      async refresh() {
        refreshes += 1;
        if (refreshes === 2) token = await tokenFor('alice');
        else throw new Error('Not yet.');
      },
    };
    const { reply } = await alice.turn('I cannot sleep.');
    const { subscribe } = transportTo(app, { auth });
    expect(await read(subscribe, reply.id).end).toMatchObject({ phase: 'ended', message: { status: 'COMPLETE' } });
  });
});
