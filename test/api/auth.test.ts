import { execFile } from 'node:child_process';
import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { CloseCode } from 'graphql-ws';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { describe, expect, onTestFinished } from 'vitest';
import WebSocket from 'ws';
import { signToken } from '../../src/users/sign-token.ts';
import { SECRET, type TestApp, test } from '../support/app.ts';
import { json, sseResults } from '../support/http-app.ts';
import { createGate, says, slowly } from '../support/model-answers.ts';
import { type Data, textOf } from '../support/test-viewer.ts';

const withoutLogin = test.extend({ options: { env: { AUTH_JWT_SECRET: '' } } });

const SETTINGS = { kind: 'secret', secret: SECRET, issuer: null, audience: null } as const;
const bearer = async (id: string, seconds = 600) => `Bearer ${await signToken(SETTINGS, id, seconds)}`;
const FOLLOW = `subscription($messageId: ID!) { replyStream(messageId: $messageId) {
  __typename ... on ReplyDelta { offset text } ... on ReplyCompleted { message { content } } } }`;

/** As another program would call: nothing but fetch. */
function post(app: TestApp, path: string, body: object, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(`${app.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json, text/event-stream', ...headers },
    body: JSON.stringify(body),
  });
}

interface Frame {
  type: string;
  payload?: Data;
}

/** A bare socket with what it got; `answered` settles with the next frame, or null when it is closed instead. */
async function openSocket(app: TestApp, payload: object | undefined, headers: Record<string, string> = {}) {
  const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', { headers });
  onTestFinished(() => socket.terminate());
  const frames: Frame[] = [];
  socket.on('message', (text) => frames.push(JSON.parse(String(text))));
  const closed = once(socket, 'close').then(([code, reason]) => ({ code: Number(code), reason: String(reason) }));
  await once(socket, 'open');
  socket.send(JSON.stringify({ type: 'connection_init', ...(payload && { payload }) }));
  await Promise.race([once(socket, 'message'), closed]);
  const ask = (query: string, variables: object = {}) =>
    socket.send(JSON.stringify({ id: '1', type: 'subscribe', payload: { query, variables } }));
  return { socket, frames, closed, ask };
}

/** The status of an answer to a request for another host name. */
async function statusFor(app: TestApp, path: string, headers: Record<string, string>, body = ''): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<number>();
  const sent = request(`${app.url}${path}`, { method: 'POST', headers }, (response) => {
    response.resume();
    resolve(response.statusCode ?? 0);
  });
  sent.on('error', reject).end(body);
  return promise;
}

const forged = [
  ['none', undefined],
  ['of another secret', `Bearer ${handSigned({ sub: 'alice', exp: inAnHour() }, 'another secret, of another server')}`],
  ['without a signature', `Bearer ${base64({ alg: 'none' })}.${base64({ sub: 'alice', exp: inAnHour() })}.`],
  ['that has expired', `Bearer ${handSigned({ sub: 'alice', exp: inAnHour() - 7200 })}`],
  ['that never expires', `Bearer ${handSigned({ sub: 'alice' })}`],
  ['of nobody', `Bearer ${handSigned({ sub: '', exp: inAnHour() })}`],
  ['of another scheme', `Basic ${Buffer.from('alice:secret').toString('base64')}`],
] as const;

/** A token as any language's JWT library makes it, from the shared secret alone. */
function handSigned(claims: object, secret: string = SECRET): string {
  const unsigned = `${base64({ alg: 'HS256', typ: 'JWT' })}.${base64(claims)}`;
  return `${unsigned}.${createHmac('sha256', secret).update(unsigned).digest('base64url')}`;
}

function base64(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function inAnHour(): number {
  return Math.floor(Date.now() / 1000) + 3600;
}

describe('with login', () => {
  test.for(forged)(
    'with a token %s nothing is read, written or followed, on any transport',
    async ([, token], { app, alice }) => {
      const { session, reply } = await alice.turn('I cannot sleep.');
      const headers = token === undefined ? undefined : { authorization: token };
      const read = { query: 'query($id: ID!) { chatSession(id: $id) { title } }', variables: { id: session.id } };
      const write = { query: 'mutation { createChatSession(input: { title: "Mine" }) { session { id } } }' };
      const follow = { query: FOLLOW, variables: { messageId: reply.id } };
      const refusal = {
        errors: [{ message: 'A valid bearer token is needed.', extensions: { code: 'UNAUTHENTICATED' } }],
      };
      for (const [path, body] of [
        ['/graphql', read],
        ['/graphql', write],
        ['/graphql/stream', read],
        ['/graphql/stream', write],
        ['/graphql/stream', follow],
      ] as const) {
        const response = await post(app, path, body, headers);
        expect([path, response.status, await json(response)]).toEqual([path, 401, refusal]);
      }
      const { closed, frames } = await openSocket(app, headers);
      expect(await closed).toEqual({ code: CloseCode.Forbidden, reason: 'Forbidden' });
      expect(frames).toEqual([]);
      expect((await alice.query('{ chatSessions { totalCount } }')).chatSessions.totalCount).toBe(1);
    },
  );

  test('a socket takes its token from connectionParams, in either spelling, and not from elsewhere', async ({
    app,
  }) => {
    const authorization = await bearer('alice');
    for (const payload of [{ authorization }, { Authorization: authorization }]) {
      const { frames } = await openSocket(app, payload);
      expect(frames).toEqual([{ type: 'connection_ack' }]);
    }
    const { closed } = await openSocket(app, undefined, { authorization });
    expect((await closed).code).toBe(CloseCode.Forbidden);
    for (const payload of [{ authorization: [authorization] }, { authorization: { toString: authorization } }]) {
      expect((await (await openSocket(app, payload)).closed).code).toBe(CloseCode.Forbidden);
    }
  });

  test('each transport answers for the viewer of its token', async ({ app, alice, bob }) => {
    for (const viewer of [alice, bob]) {
      expect(await viewer.query('{ viewer { id } }')).toEqual({ viewer: { id: viewer.id } });
      for (const transport of ['ws', 'sse'] as const) {
        const { value } = await viewer.subscribe('{ viewer { id } }', {}, transport).next();
        expect(value).toEqual({ viewer: { id: viewer.id } });
      }
    }
    expect(app.lines.filter(({ level }) => level === 'error')).toEqual([]);
  });

  test('a viewer’s id is taken as the token gives it, and no other that looks alike', async ({ app }) => {
    const alike = ['alice', 'Alice', ' alice', 'alice ', 'alice%', 'al_ce', 'ａlice', 'alicé', 'alicé'];
    const viewers = await Promise.all(alike.map((id) => app.viewer(id)));
    for (const viewer of viewers) await viewer.createSession({ title: `Of ${viewer.id}.` });
    for (const viewer of viewers) {
      const { chatSessions } = await viewer.query('{ chatSessions { nodes { title } } }');
      expect(chatSessions.nodes).toEqual([{ title: `Of ${viewer.id}.` }]);
    }
  });

  test('when the token of a socket expires it is closed, the reply goes on, and a fresh token reads the rest', async ({
    app,
    alice,
  }) => {
    const gate = createGate();
    app.model.next(slowly(['Breathe', ' slowly.'], gate));
    const { reply } = await alice.send('I cannot sleep.');
    const { ask, closed, frames } = await openSocket(app, { authorization: await bearer('alice', 2) });
    ask(FOLLOW, { messageId: reply.id });
    gate.release();
    expect(await closed).toEqual({ code: CloseCode.Forbidden, reason: 'Token expired' });
    const events = frames.flatMap((frame) => (frame.type === 'next' ? [frame.payload.data.replyStream] : []));
    expect(textOf(events)).toBe('Breathe');

    gate.releaseAll();
    const rest = await alice.follow(reply.id, 'Breathe'.length);
    expect(rest.text).toBe(' slowly.');
    expect(rest.events.at(-1).message).toMatchObject({ status: 'COMPLETE', content: 'Breathe slowly.' });
  });

  test('when the token of an event stream expires it says so and ends, and the reply goes on', async ({
    app,
    alice,
  }) => {
    const gate = createGate();
    app.model.next(slowly(['Breathe', ' slowly.'], gate));
    const { reply } = await alice.send('I cannot sleep.');
    const follow = { query: FOLLOW, variables: { messageId: reply.id } };
    const response = await post(app, '/graphql/stream', follow, { authorization: await bearer('alice', 2) });
    gate.release();
    const answers: Data[] = [];
    for await (const answer of sseResults(response)) answers.push(answer);
    expect(answers.at(-1)).toEqual({
      errors: [{ message: 'The token has expired.', extensions: { code: 'UNAUTHENTICATED' } }],
    });
    expect(textOf(answers.flatMap(({ data }) => data?.replyStream ?? []))).toBe('Breathe');

    gate.releaseAll();
    expect((await alice.follow(reply.id)).text).toBe('Breathe slowly.');
  });

  test('another back end that has the secret signs a viewer’s token itself and waits for the reply', async ({
    app,
  }) => {
    app.model.next(says('Breathe ', 'slowly.'));
    const token = handSigned({ sub: 'customer-17', exp: inAnHour() });
    const query = `mutation($input: SendMessageInput!) { sendMessage(input: $input) {
      session { id } reply { status content usage { totalTokens } } } }`;
    const variables = { input: { content: 'I cannot sleep.', wait: true, idempotencyKey: 'order-1' } };
    const response = await post(app, '/graphql', { query, variables }, { authorization: `Bearer ${token}` });
    const { data } = await json(response);
    expect(response.status).toBe(200);
    expect(data?.sendMessage).toMatchObject({ reply: { status: 'COMPLETE', content: 'Breathe slowly.' } });
    const again = await post(app, '/graphql', { query, variables }, { authorization: `Bearer ${token}` });
    expect((await json(again)).data).toEqual(data);
    expect(app.model.chats).toHaveLength(1);
  });

  test('the token that `npm run token -- alice` prints opens the server', async ({ app }) => {
    const program = fileURLToPath(new URL('../../src/token.ts', import.meta.url));
    const env = { AUTH_JWT_SECRET: SECRET };
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'alice'], { env, cwd: '/' });
    const headers = { authorization: `Bearer ${stdout.trim()}` };
    expect(await json(await post(app, '/graphql', { query: '{ viewer { id } }' }, headers))).toEqual({
      data: { viewer: { id: 'alice' } },
    });
  });

  test('without a token, whether the server is up is all one learns', async ({ app }) => {
    for (const path of ['/healthz', '/readyz']) expect((await fetch(`${app.url}${path}`)).status).toBe(200);
    const response = await post(app, '/graphql', { query: '{ __schema { types { name } } } {' });
    expect((await json(response)).errors?.map((error) => error.extensions.code)).toEqual(['UNAUTHENTICATED']);
  });
});

describe('with a key server', () => {
  /** It publishes one key, and is away while `isAway`. */
  async function keyServer() {
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const key = { ...(await exportJWK(publicKey)), kid: 'first', alg: 'ES256', use: 'sig' };
    const state = { isAway: false };
    const server = createServer((_request, response) => {
      response.writeHead(state.isAway ? 503 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ keys: [key] }));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/keys`;
    const sign = (claims: Record<string, unknown>) =>
      new SignJWT({ exp: inAnHour(), ...claims }).setProtectedHeader({ alg: 'ES256', kid: 'first' }).sign(privateKey);
    return { url, state, sign, close: () => server.close() };
  }

  const withKeys = test
    .extend<{ keys: Awaited<ReturnType<typeof keyServer>> }>({
      // biome-ignore lint/correctness/noEmptyPattern: vitest reads the names from here
      keys: async ({}, use) => {
        const keys = await keyServer();
        await use(keys);
        keys.close();
      },
    })
    .extend({
      options: async ({ keys }, use) => {
        const claims = { AUTH_ISSUER: 'https://login.example.com/', AUTH_AUDIENCE: 'coaching' };
        await use({ env: { AUTH_JWT_SECRET: '', AUTH_JWKS_URL: keys.url, ...claims } });
      },
    });
  const CLAIMS = { sub: 'alice', iss: 'https://login.example.com/', aud: 'coaching' };
  const WHO = { query: '{ viewer { id } }' };

  withKeys('its tokens open the server; one for another audience does not', async ({ app, keys }) => {
    const answerTo = async (claims: object) => {
      const authorization = `Bearer ${await keys.sign({ ...CLAIMS, ...claims })}`;
      return json(await post(app, '/graphql', WHO, { authorization }));
    };
    expect(await answerTo({})).toEqual({ data: { viewer: { id: 'alice' } } });
    expect((await answerTo({ aud: 'payroll' })).errors?.[0]?.extensions.code).toBe('UNAUTHENTICATED');
    expect((await answerTo({ iss: 'https://elsewhere.example.com/' })).errors?.[0]?.extensions.code).toBe(
      'UNAUTHENTICATED',
    );
  });

  withKeys('while it is away nobody is told that a token is wrong: try again later', async ({ app, keys }) => {
    keys.state.isAway = true;
    const authorization = `Bearer ${await keys.sign(CLAIMS)}`;
    for (const path of ['/graphql', '/graphql/stream']) {
      const response = await post(app, path, WHO, { authorization });
      expect([path, response.status]).toEqual([path, 503]);
      expect((await json(response)).errors?.[0]?.extensions.code).toBe('SERVICE_UNAVAILABLE');
    }
    const { closed } = await openSocket(app, { authorization });
    expect((await closed).code).toBe(1013);
  });
});

describe('without login', () => {
  withoutLogin('there is one viewer, on every transport, whatever token is sent', async ({ app }) => {
    const local = { data: { viewer: { id: 'local' } } };
    const query = '{ viewer { id } }';
    for (const headers of [undefined, { authorization: 'Bearer a.b.c' }]) {
      expect(await json(await post(app, '/graphql', { query }, headers))).toEqual(local);
      const stream = await post(app, '/graphql/stream', { query }, headers);
      expect((await sseResults(stream).next()).value).toEqual(local);
    }
    const { ask, socket, frames } = await openSocket(app, undefined);
    ask(query);
    await once(socket, 'message');
    expect(frames[1]).toMatchObject({ type: 'next', payload: local });
  });

  withoutLogin('a name of an attacker’s that leads to this machine is served on no transport', async ({ app }) => {
    const { port } = new URL(app.url);
    const body = JSON.stringify({ query: 'mutation { createChatSession(input: {}) { session { id } } }' });
    const type = { 'content-type': 'application/json', accept: 'application/json, text/event-stream' };
    for (const name of ['evil.example.com', 'localhost.evil.example.com', '127.0.0.1.evil.example.com', '0.0.0.0']) {
      const host = `${name}:${port}`;
      for (const path of ['/graphql', '/graphql/stream', '/readyz']) {
        expect([host, path, await statusFor(app, path, { ...type, host }, body)]).toEqual([host, path, 403]);
      }
      const socket = new WebSocket(`${app.url.replace('http', 'ws')}/graphql`, 'graphql-transport-ws', {
        headers: { host },
      });
      const [, refusal] = await once(socket, 'unexpected-response');
      expect([host, refusal.statusCode]).toEqual([host, 403]);
      socket.on('error', () => undefined).terminate();
    }
    const local = await app.viewer('local');
    expect((await local.query('{ chatSessions { totalCount } }')).chatSessions.totalCount).toBe(0);
    for (const name of ['localhost', 'LOCALHOST', '127.0.0.1', '[::1]']) {
      expect([name, await statusFor(app, '/graphql', { ...type, host: `${name}:${port}` }, body)]).toEqual([name, 200]);
    }
  });
});
