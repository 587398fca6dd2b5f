import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { project } from '../support/dockerfile.ts';

const FOLDERS = ['src', 'migrations', 'client', 'web', 'schema'];
const FILES = ['mikro-orm.config.ts', 'package.json', 'package-lock.json', 'tsconfig.json', 'tsconfig.build.json'];
const NEXT = 'Migration29990101000000_next';

test('a program builds what was pulled before it runs, and leaves alone what others may be reading', {
  timeout: 180_000,
}, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'carryover-build-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const source of [...FOLDERS, ...FILES])
    cpSync(path.join(project, source), path.join(folder, source), { recursive: true });
  symlinkSync(path.join(project, 'node_modules'), path.join(folder, 'node_modules'));
  const env = { ...process.env, DATABASE_URL: 'sqlite:data/carryover.db' };
  const npmRun = (script: string) =>
    execFileSync('npm', ['run', '--silent', script], { cwd: folder, env, encoding: 'utf8' });
  const built = path.join(folder, 'dist/migrations/sqlite');
  const first = /Applied (\w+)\./.exec(npmRun('migrate'))?.[1];
  const before = statSync(path.join(built, `${first}.js`));

  const source = path.join(folder, `migrations/sqlite/${NEXT}.ts`);
  writeFileSync(
    source,
    `import { Migration } from '@mikro-orm/migrations';\n\nexport class ${NEXT} extends Migration {\n  override up(): void {}\n}\n`,
  );
  expect(npmRun('migrate')).toContain(`Applied ${NEXT}.`);
  const { ino, mtimeMs } = statSync(path.join(built, `${first}.js`));
  expect({ ino, mtimeMs }).toEqual({ ino: before.ino, mtimeMs: before.mtimeMs });

  rmSync(source);
  npmRun('build');
  expect(existsSync(path.join(built, `${NEXT}.js`))).toBe(false);

  const app = path.join(folder, 'dist/web/index.html');
  const { mtimeMs: builtAt } = statSync(app);
  npmRun('build');
  expect(statSync(app).mtimeMs).toBe(builtAt);
  const page = path.join(folder, 'web/index.html');
  writeFileSync(page, readFileSync(page, 'utf8').replace(/<title>.*<\/title>/, '<title>Another</title>'));
  npmRun('build');
  expect(readFileSync(app, 'utf8')).toContain('<title>Another</title>');
});
