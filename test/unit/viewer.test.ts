import { createServer } from 'node:http';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { expect, onTestFinished, test } from 'vitest';
import { signToken } from '../../src/users/sign-token.ts';
import { createAuth, viewerOf } from '../../src/users/viewer.ts';

const settings = {
  kind: 'secret',
  secret: 'a secret that only the tests know, and it is long',
  issuer: null,
  audience: null,
} as const;
const auth = createAuth(settings);
const bearer = (token: string) => `Bearer ${token}`;
const key = new TextEncoder().encode(settings.secret);
const inAnHour = () => Math.floor(Date.now() / 1000) + 3600;

const viewerWith = (claims: Record<string, unknown>, secret = key, alg = 'HS256') =>
  new SignJWT(claims)
    .setProtectedHeader({ alg })
    .sign(secret)
    .then((token) => viewerOf(auth, bearer(token)));

/** A key server, what it counts, and a token signed with its key. */
async function keyServer() {
  const { publicKey, privateKey } = await generateKeyPair('RS256');
  const jwk = { ...(await exportJWK(publicKey)), kid: 'first', alg: 'RS256', use: 'sig' };
  const state = { status: 200, requests: 0 };
  const server = createServer((_request, response) => {
    state.requests += 1;
    response.writeHead(state.status, { 'content-type': 'application/json' }).end(JSON.stringify({ keys: [jwk] }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  const url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}/keys`;
  const sign = (claims: Record<string, unknown>, kid = 'first', signingKey = privateKey) =>
    new SignJWT({ exp: inAnHour(), ...claims }).setProtectedHeader({ alg: 'RS256', kid }).sign(signingKey);
  return { url, sign, state, jwk };
}

test('without login there is one viewer, whatever is sent', async () => {
  const local = { id: 'local', expiresAt: null };
  expect(await viewerOf(null, undefined)).toEqual(local);
  expect(await viewerOf(null, 'Bearer a.b.c')).toEqual(local);
});

test('a token that we signed names its viewer, and when it expires', async () => {
  const before = Math.floor(Date.now() / 1000);
  const viewer = await viewerOf(auth, bearer(await signToken(settings, 'alice', 60)));
  expect(viewer?.id).toBe('alice');
  expect(viewer?.expiresAt).toBeGreaterThanOrEqual(before + 60);
});

test('issuer and audience are checked where they are configured', async () => {
  const strict = createAuth({ ...settings, issuer: 'carryover', audience: 'coaching' });
  const viewerFor = async (issuer: string | null, audience: string | null) =>
    viewerOf(strict, bearer(await signToken({ ...settings, issuer, audience }, 'alice', 60)));
  expect(await viewerFor('carryover', 'coaching')).toMatchObject({ id: 'alice' });
  expect(await viewerFor('carryover', 'other')).toBeNull();
  expect(await viewerFor('other', 'coaching')).toBeNull();
  expect(await viewerFor(null, null)).toBeNull();
});

test.each([
  undefined,
  '',
  'alice',
  'Bearer',
  'Bearer ',
  'Bearer undefined',
  'Bearer a.b.c',
  'Basic YTpi',
  'Bearer a.b.c d',
])('authorization %o names nobody', async (authorization) => {
  expect(await viewerOf(auth, authorization)).toBeNull();
});

test('a token is refused when it has expired, has no expiry, or is not valid yet', async () => {
  const exp = inAnHour();
  expect(await viewerWith({ sub: 'alice', exp })).toEqual({ id: 'alice', expiresAt: exp });
  expect(await viewerWith({ sub: 'alice', exp: Math.floor(Date.now() / 1000) - 1 })).toBeNull();
  expect(await viewerWith({ sub: 'alice' })).toBeNull();
  expect(await viewerWith({ sub: 'alice', exp, nbf: exp - 60 })).toBeNull();
});

test('a token of another secret or algorithm is refused', async () => {
  const exp = inAnHour();
  const other = new TextEncoder().encode('another secret, of another server entirely');
  expect(await viewerWith({ sub: 'alice', exp }, other)).toBeNull();
  expect(await viewerWith({ sub: 'alice', exp }, key, 'HS384')).toBeNull();
  const unsigned = new UnsecuredJWT({ sub: 'alice', exp }).encode();
  expect(await viewerOf(auth, bearer(unsigned))).toBeNull();
  expect(await viewerOf(auth, bearer(`${unsigned}x`))).toBeNull();
});

test.each([[''], ['a'.repeat(256)], ['a\0b'], [undefined], [7]])('no viewer is called %o', async (sub) => {
  expect(await viewerWith({ sub, exp: inAnHour() })).toBeNull();
});

test('a viewer id of 255 characters is taken as it is', async () => {
  const sub = 'auth0|ü '.padEnd(255, 'x');
  expect((await viewerWith({ sub, exp: inAnHour() }))?.id).toBe(sub);
});

test('no token is signed for an id that no viewer can have', () => {
  expect(() => signToken(settings, '', 60)).toThrow(RangeError);
  expect(() => signToken(settings, 'a\0', 60)).toThrow(RangeError);
});

test('a token of the key server names its viewer, and its keys are asked for once', async () => {
  const { url, sign, state } = await keyServer();
  const remote = createAuth({ kind: 'jwks', url, issuer: 'login', audience: 'coaching' });
  const viewerFor = async (claims: Record<string, unknown>) => viewerOf(remote, bearer(await sign(claims)));
  expect(await viewerFor({ sub: 'alice', iss: 'login', aud: ['coaching', 'other'] })).toMatchObject({ id: 'alice' });
  expect(await viewerFor({ sub: 'alice', iss: 'login', aud: 'other' })).toBeNull();
  expect(await viewerFor({ sub: 'alice', iss: 'elsewhere', aud: 'coaching' })).toBeNull();
  expect(state.requests).toBe(1);
});

test('with a key server, keys it does not have and its public key as a secret are refused', async () => {
  const { url, sign, jwk } = await keyServer();
  const remote = createAuth({ kind: 'jwks', url, issuer: null, audience: null });
  const { privateKey } = await generateKeyPair('RS256');
  expect(await viewerOf(remote, bearer(await sign({ sub: 'alice' }, 'first', privateKey)))).toBeNull();
  expect(await viewerOf(remote, bearer(await sign({ sub: 'alice' }, 'unknown')))).toBeNull();
  const confused = new SignJWT({ sub: 'alice', exp: inAnHour() })
    .setProtectedHeader({ alg: 'HS256', kid: 'first' })
    .sign(new TextEncoder().encode(jwk.n));
  expect(await viewerOf(remote, bearer(await confused))).toBeNull();
  expect(await viewerOf(remote, bearer(new UnsecuredJWT({ sub: 'alice', exp: inAnHour() }).encode()))).toBeNull();
});

test('a key server that is away is not the fault of the token', async () => {
  const { url, sign, state } = await keyServer();
  state.status = 500;
  const remote = createAuth({ kind: 'jwks', url, issuer: null, audience: null });
  const answer = viewerOf(remote, bearer(await sign({ sub: 'alice' })));
  await expect(answer).rejects.toMatchObject({ code: 'SERVICE_UNAVAILABLE', cause: expect.any(Error) });
  const nowhere = createAuth({ kind: 'jwks', url: 'http://127.0.0.1:1/keys', issuer: null, audience: null });
  await expect(viewerOf(nowhere, bearer(await sign({ sub: 'alice' })))).rejects.toMatchObject({
    code: 'SERVICE_UNAVAILABLE',
  });
});
