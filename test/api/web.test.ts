import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdirSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { get, request } from 'node:http';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { startHttpApp } from '../support/http-app.ts';
import { temporaryFolder } from '../support/server-process.ts';

const INDEX = '<!doctype html><title>Carryover</title><script type="module" src="/assets/app-1a2b3c4d.js"></script>';
const SCRIPT = `console.log(${'"over and over", '.repeat(100)}"done");`;
const PAGES = ['/', '/s/01a201a0-1676-7065-a7d8-a061c8a5968c', '/documents', '/memory', '/usage', '/settings'];
const BROWSER = { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; connect-src 'self'; " +
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'",
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'referrer-policy': 'no-referrer',
};

/** As `npm run build:web` leaves it, with a file beside it that is nobody's business. */
function builtApp(): string {
  const folder = path.join(temporaryFolder(), 'web');
  mkdirSync(path.join(folder, 'assets'), { recursive: true });
  writeFileSync(path.join(folder, '../secret.txt'), 'secret');
  writeFileSync(path.join(folder, '.hidden'), 'secret');
  writeFileSync(path.join(folder, 'index.html'), INDEX);
  writeFileSync(path.join(folder, 'icon.svg'), '<svg xmlns="http://www.w3.org/2000/svg"/>');
  const script = path.join(folder, 'assets/app-1a2b3c4d.js');
  writeFileSync(script, SCRIPT);
  writeFileSync(`${script}.br`, brotliCompressSync(SCRIPT));
  writeFileSync(`${script}.gz`, gzipSync(SCRIPT));
  return folder;
}

interface Answer {
  status: number | undefined;
  headers: NodeJS.Dict<string | string[]>;
  body: Buffer;
}

/** Nothing is decoded, and the address is sent as it is given. */
function ask(url: string, at: string, headers: Record<string, string> = {}, method = 'GET'): Promise<Answer> {
  const { hostname, port } = new URL(url);
  return new Promise((resolve, reject) => {
    request({ hostname, port, path: at, headers, method }, (response) => {
      buffer(response).then(
        (body) => resolve({ status: response.statusCode, headers: response.headers, body }),
        reject,
      );
    })
      .once('error', reject)
      .end();
  });
}

const startWeb = (env: NodeJS.ProcessEnv = {}) => startHttpApp(env, builtApp());
const text = ({ body }: Answer) => body.toString();
const codeOf = (answer: Answer) => JSON.parse(text(answer)).errors[0].extensions.code;

describe('pages', () => {
  test.each(PAGES)('%s is the app, under a policy that lets nothing else run', async (at) => {
    const { url } = await startWeb();
    const page = await ask(url, at, BROWSER);
    expect([page.status, text(page)]).toEqual([200, INDEX]);
    expect(page.headers).toMatchObject({
      ...PAGE_HEADERS,
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-cache',
      'x-content-type-options': 'nosniff',
    });
  });

  test('by the name of its file it is under that policy as well, as its address or as it was kept', async () => {
    const { url } = await startWeb();
    const page = await ask(url, '/index.html');
    expect([page.status, text(page)]).toEqual([200, INDEX]);
    const kept = await ask(url, '/index.html', { 'if-none-match': String(page.headers.etag) });
    expect(kept.status).toBe(304);
    for (const { headers } of [page, kept]) expect(headers).toMatchObject(PAGE_HEADERS);
  });

  test('an address that the app does not know shows the app too, as 404 and never as unchanged', async () => {
    const { url } = await startWeb();
    const etag = String((await ask(url, '/', BROWSER)).headers.etag);
    for (const at of ['/nowhere', '/s', '/documents/1', '/assets/gone.js', '/%F0%9F%90%88']) {
      const page = await ask(url, at, { ...BROWSER, 'if-none-match': etag, range: 'bytes=0-3' });
      expect([at, page.status, text(page)]).toEqual([at, 404, INDEX]);
      expect(page.headers).toMatchObject(PAGE_HEADERS);
      expect(page.headers.etag).toBeUndefined();
    }
  });

  test('programs get what they always got', async () => {
    const { url, alice = '' } = await startWeb();
    for (const at of ['/', '/documents', '/nowhere', '/assets/gone.js']) {
      const answer = await ask(url, at, { accept: 'application/json' });
      expect([at, answer.status, codeOf(answer)]).toEqual([at, 404, 'NOT_FOUND']);
      expect(answer.headers['content-security-policy']).toBeUndefined();
    }
    expect(codeOf(await ask(url, '/nowhere'))).toBe('NOT_FOUND');
    expect(codeOf(await ask(url, '/nowhere', BROWSER, 'POST'))).toBe('NOT_FOUND');
    const answered = await ask(url, '/graphql?query={__typename}', {
      accept: 'application/json',
      authorization: alice,
      'apollo-require-preflight': 'true',
    });
    expect(JSON.parse(text(answered))).toEqual({ data: { __typename: 'Query' } });
    expect(Object.keys(answered.headers).filter((name) => name in PAGE_HEADERS)).toEqual([]);
    expect(text(await ask(url, '/'))).toBe(INDEX);
  });

  test('who accepts pages gets one, however they write it, and who refuses them does not', async () => {
    const { url } = await startWeb();
    for (const accept of ['TEXT/HTML', 'text/html;q=0.1, application/json', 'application/json , text/html; level=1']) {
      expect([accept, text(await ask(url, '/', { accept }))]).toEqual([accept, INDEX]);
      expect([accept, text(await ask(url, '/nowhere', { accept }))]).toEqual([accept, INDEX]);
    }
    for (const accept of ['text/html;q=0', 'application/json, text/html; q=0.0', '', 'application/x+text/html']) {
      expect([accept, codeOf(await ask(url, '/', { accept }))]).toEqual([accept, 'NOT_FOUND']);
      expect([accept, codeOf(await ask(url, '/nowhere', { accept }))]).toEqual([accept, 'NOT_FOUND']);
    }
  });

  test('the addresses of the API are no pages, whoever asks', async () => {
    const { url } = await startWeb();
    expect(JSON.parse(text(await ask(url, '/healthz', BROWSER)))).toEqual({ status: 'ok' });
    expect(JSON.parse(text(await ask(url, '/readyz', BROWSER)))).toEqual({ status: 'ready' });
    expect(text(await ask(url, '/metrics', BROWSER))).toContain('# HELP');
    expect(codeOf(await ask(url, '/export', BROWSER))).toBe('UNAUTHENTICATED');
    for (const at of ['/graphql/stream', '/graphql/x', '/healthz/x']) {
      expect([at, codeOf(await ask(url, at, BROWSER))]).toEqual([at, 'NOT_FOUND']);
    }
  });

  test('files still go to the address of the page that lists them', async () => {
    const { url } = await startWeb();
    const answer = await ask(url, '/documents', BROWSER, 'POST');
    expect([answer.status, JSON.parse(text(answer)).error.code]).toEqual([401, 'UNAUTHENTICATED']);
  });
});

describe('files', () => {
  test('what has its hash in its name is kept for ever, the rest is asked for again', async () => {
    const { url } = await startWeb();
    const script = await ask(url, '/assets/app-1a2b3c4d.js');
    expect([script.status, text(script)]).toEqual([200, SCRIPT]);
    expect(script.headers).toMatchObject({
      'cache-control': 'public, max-age=31536000, immutable',
      'content-type': expect.stringMatching(/^(text|application)\/javascript/),
      'cross-origin-resource-policy': 'same-origin',
      'x-content-type-options': 'nosniff',
    });
    const icon = await ask(url, '/icon.svg');
    expect(icon.headers).toMatchObject({ 'cache-control': 'no-cache', 'content-type': 'image/svg+xml' });
  });

  test('they go out as they were compressed when they were built', async () => {
    const { url } = await startWeb();
    const decoders = { br: brotliDecompressSync, gzip: gunzipSync };
    for (const [accepted, encoding] of [
      ['gzip, deflate, br, zstd', 'br'],
      ['gzip', 'gzip'],
    ] as const) {
      const script = await ask(url, '/assets/app-1a2b3c4d.js', { 'accept-encoding': accepted });
      expect(script.headers).toMatchObject({
        'content-encoding': encoding,
        vary: expect.stringContaining('accept-encoding'),
      });
      expect(script.headers['content-type']).toMatch(/javascript/);
      expect(script.body.length).toBeLessThan(SCRIPT.length / 4);
      expect(decoders[encoding](script.body).toString()).toBe(SCRIPT);
    }
    const small = await ask(url, '/icon.svg', { 'accept-encoding': 'br' });
    expect([small.status, small.headers['content-encoding']]).toEqual([200, undefined]);
  });

  test('who has a file is told so, and a part of it can be had', async () => {
    const { url } = await startWeb();
    for (const at of ['/', '/assets/app-1a2b3c4d.js']) {
      const first = await ask(url, at, BROWSER);
      const again = await ask(url, at, { ...BROWSER, 'if-none-match': String(first.headers.etag) });
      expect([at, again.status, text(again)]).toEqual([at, 304, '']);
      const since = await ask(url, at, { ...BROWSER, 'if-modified-since': String(first.headers['last-modified']) });
      expect([at, since.status]).toEqual([at, 304]);
      const part = await ask(url, at, { ...BROWSER, range: 'bytes=2-5' });
      expect([at, part.status, text(part)]).toEqual([at, 206, text(first).slice(2, 6)]);
    }
    expect((await ask(url, '/', { ...BROWSER, range: 'bytes=100000-' })).status).toBe(416);
  });

  test('HEAD says what GET would, without a body', async () => {
    const { url } = await startWeb();
    for (const at of ['/', '/settings', '/nowhere', '/assets/app-1a2b3c4d.js']) {
      const [head, got] = [await ask(url, at, BROWSER, 'HEAD'), await ask(url, at, BROWSER)];
      const kept = ['content-type', 'content-length', 'etag', 'cache-control', 'content-security-policy'];
      const shown = ({ status, headers }: Answer) => [status, ...kept.map((name) => headers[name])];
      expect([at, ...shown(head), text(head)]).toEqual([at, ...shown(got), '']);
    }
  });

  test.each([
    '/../secret.txt',
    '/assets/../../secret.txt',
    '/%2e%2e/secret.txt',
    '/assets/%2e%2e%2f%2e%2e%2fsecret.txt',
    '/assets/..%5c..%5csecret.txt',
    '//secret.txt',
    '/.hidden',
    '/%2ehidden',
    '/assets/app-1a2b3c4d.js%00',
    '/%',
  ])('%s leads nowhere', async (at) => {
    const { url } = await startWeb();
    for (const headers of [{}, BROWSER, { ...BROWSER, 'accept-encoding': 'br' }]) {
      const answer = await ask(url, at, headers);
      expect([400, 403, 404]).toContain(answer.status);
      expect(text(answer)).not.toContain('secret');
    }
  });
});

test('who leaves in the middle of a file, and who comes again and again, leaves nothing open', async () => {
  const folder = builtApp();
  writeFileSync(path.join(folder, 'assets/large-1a2b3c4d.js'), randomBytes(20_000_000));
  const { url, lines } = await startHttpApp({ LOG_LEVEL: 'debug' }, folder);
  const told = () => lines.filter((line) => line.message === 'request').length;
  const openFiles = () =>
    readdirSync('/proc/self/fd')
      .map((fd) => nameOf(fd))
      .filter((name) => name.startsWith(folder));
  for (let i = 0; i < 50; i++) {
    const leaving = get(`${url}/assets/large-1a2b3c4d.js`);
    const [response] = await once(leaving, 'response');
    await once(response, 'data');
    expect(openFiles().length).toBeGreaterThan(0);
    response.destroy();
  }
  for (let i = 0; i < 300; i++) {
    const at = ['/', '/nowhere', '/assets/app-1a2b3c4d.js'][i % 3] ?? '/';
    await ask(url, at, BROWSER, i % 2 === 0 ? 'GET' : 'HEAD');
  }
  await expect.poll(openFiles).toEqual([]);
  await expect.poll(told).toBe(350);
});

/** What a file of this process is; it may be closed by now. */
function nameOf(fd: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${fd}`);
  } catch {
    return '';
  }
}

test('without login nothing is served under a name that only leads here', async () => {
  const { url } = await startWeb({ AUTH_JWT_SECRET: '' });
  for (const at of ['/', '/nowhere', '/assets/app-1a2b3c4d.js']) {
    const answer = await ask(url, at, { ...BROWSER, host: 'rebound.example.com' });
    expect([at, answer.status, codeOf(answer)]).toEqual([at, 403, 'BAD_REQUEST']);
  }
  expect((await ask(url, '/', { ...BROWSER, host: 'localhost:4000' })).status).toBe(200);
});

test.each([null, '/nowhere/at/all'])('without a built app (%s) its page says how to build it', async (folder) => {
  const { url } = await startHttpApp({}, folder);
  const page = await ask(url, '/', BROWSER);
  expect([page.status, page.headers['content-type']]).toEqual([404, 'text/plain; charset=utf-8']);
  expect(text(page)).toContain('npm run build:web');
  expect(codeOf(await ask(url, '/settings', BROWSER))).toBe('NOT_FOUND');
});

test('a process that runs jobs only serves no app', async () => {
  const { url } = await startHttpApp(
    { ROLE: 'worker', DATABASE_URL: 'postgresql://nobody@127.0.0.1/none' },
    builtApp(),
  );
  for (const at of ['/', '/settings', '/assets/app-1a2b3c4d.js', '/nowhere']) {
    expect([at, codeOf(await ask(url, at, BROWSER))]).toEqual([at, 'NOT_FOUND']);
  }
});
