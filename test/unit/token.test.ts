import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { createAuth, viewerOf } from '../../src/users/viewer.ts';

const program = fileURLToPath(new URL('../../src/token.ts', import.meta.url));
const SECRET = 'a secret that only the tests know, and it is long';
const auth = createAuth({ kind: 'secret', secret: SECRET, issuer: null, audience: null });

/** Runs the program in a directory of its own, which may have a `.env`. */
function run(args: string[], { env = {}, file = '' }: { env?: Record<string, string>; file?: string }) {
  const cwd = mkdtempSync(path.join(tmpdir(), 'carryover-token-'));
  onTestFinished(() => rmSync(cwd, { recursive: true }));
  if (file) writeFileSync(path.join(cwd, '.env'), file);
  return new Promise<{ exitCode: number; stdout: string; stderr: string }>((resolve) => {
    const child = execFile(process.execPath, [program, ...args], { cwd, env }, (_error, stdout, stderr) =>
      resolve({ exitCode: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

test('the token program prints a token that the server takes, and nothing else', async () => {
  const { exitCode, stdout } = await run(['alice', '--days', '2'], { env: { AUTH_JWT_SECRET: SECRET } });
  const viewer = await viewerOf(auth, `Bearer ${stdout.trimEnd()}`);
  expect(viewer?.id).toBe('alice');
  expect(Math.round(((viewer?.expiresAt ?? 0) - Date.now() / 1000) / 86_400)).toBe(2);
  expect([exitCode, stdout.split('\n').length]).toEqual([0, 2]);
});

test('the token program reads .env, where real variables win', async () => {
  const fromFile = await run(['alice'], { file: `AUTH_JWT_SECRET="${SECRET}"` });
  expect(await viewerOf(auth, `Bearer ${fromFile.stdout.trimEnd()}`)).toMatchObject({ id: 'alice' });
  const other = 'another secret, of another server entirely';
  const fromEnv = await run(['alice'], { file: `AUTH_JWT_SECRET="${SECRET}"`, env: { AUTH_JWT_SECRET: other } });
  expect(fromEnv.exitCode).toBe(0);
  expect(await viewerOf(auth, `Bearer ${fromEnv.stdout.trimEnd()}`)).toBeNull();
});

test('without a secret, or without a name, the token program says so and fails', async () => {
  const unset = await run(['alice'], {});
  expect(unset).toMatchObject({
    exitCode: 1,
    stdout: '',
    stderr: expect.stringContaining('AUTH_JWT_SECRET must be set'),
  });
  const nameless = await run([], { env: { AUTH_JWT_SECRET: SECRET } });
  expect(nameless).toMatchObject({ exitCode: 1, stdout: '', stderr: expect.stringContaining('Usage') });
});
