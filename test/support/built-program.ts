import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const project = fileURLToPath(new URL('../..', import.meta.url));
const cache = path.join(project, 'node_modules/.cache');
const BUILD_PREFIX = 'carryover-built-';
const WEB_SOURCES = ['web/**/*', 'client/**/*', 'package-lock.json'];
const SOURCES = [...WEB_SOURCES, 'src/**/*.ts', 'migrations/**/*.ts', 'tsconfig*.json', 'mikro-orm.config.ts'];
const BUILD_KEPT_MS = 3_600_000;

let built: string | null = null;

/** The folder of the built program, as `dist` is. */
export function builtProgram(): string {
  built ??= buildProgram();
  return built;
}

/** Built once for each state of the sources, by whichever process of tests is first. */
function buildProgram(): string {
  const web = buildOnce(WEB_SOURCES, (folder) => {
    run('vite', 'build', 'web', '--logLevel', 'error', '--outDir', folder);
  });
  return buildOnce(SOURCES, (folder) => {
    // Types are for `npm run check`.
    run('tsc', '-p', 'tsconfig.build.json', '--noCheck', '--outDir', folder);
    cpSync(web, path.join(folder, 'web'), { recursive: true, preserveTimestamps: true });
    // Below node_modules, Node does not look further up for what kind of module this is.
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ type: 'module' }));
  });
}

function run(program: string, ...args: string[]): void {
  // Where the tests' own is said, React builds what it is in development.
  const env = { ...process.env, NODE_ENV: 'production' };
  execFileSync(path.join(project, 'node_modules/.bin', program), args, { cwd: project, env, stdio: ['ignore', 2, 2] });
}

/** @returns the folder that `build` filled, in this process or before */
function buildOnce(sources: string[], build: (folder: string) => void): string {
  const folder = path.join(cache, `${BUILD_PREFIX}${hashOf(sources)}`);
  if (existsSync(folder)) {
    // Old is what nobody used for long.
    utimesSync(folder, new Date(), new Date());
    return folder;
  }
  mkdirSync(cache, { recursive: true });
  const unfinished = mkdtempSync(path.join(cache, `${BUILD_PREFIX}unfinished-`));
  build(unfinished);
  try {
    renameSync(unfinished, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
    rmSync(unfinished, { recursive: true });
  }
  removeOldBuilds(folder);
  return folder;
}

function removeOldBuilds(kept: string): void {
  for (const name of globSync(`${BUILD_PREFIX}*`, { cwd: cache })) {
    const folder = path.join(cache, name);
    const age = Date.now() - (statSync(folder, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (folder !== kept && age > BUILD_KEPT_MS) rmSync(folder, { recursive: true, force: true });
  }
}

function hashOf(sources: string[]): string {
  const found = globSync(sources, { cwd: project }).map((name) => path.join(project, name));
  const hash = createHash('sha256');
  for (const file of found.filter((name) => statSync(name).isFile()).sort()) {
    hash.update(`${file}\n`).update(readFileSync(file));
  }
  return hash.digest('hex').slice(0, 16);
}
