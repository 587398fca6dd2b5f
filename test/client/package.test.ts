import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';

// A machine may be busy, and a server takes its time to start.
vi.setConfig({ testTimeout: 60_000, hookTimeout: 60_000 });

const project = fileURLToPath(new URL('../..', import.meta.url));
const folder = mkdtempSync(path.join(tmpdir(), 'carryover-package-'));
const consumer = path.join(folder, 'consumer');
const modules = path.join(consumer, 'node_modules');
const run = (program: string, args: string[], cwd: string) =>
  execFileSync(path.join(project, 'node_modules/.bin', program), args, { cwd, encoding: 'utf8' });

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));
const published = () => read(path.join(modules, 'carryover/package.json'));

/** What a page brings along by itself. */
const OWN = ['react-dom', '@types/react', 'csstype'];

beforeAll(() => {
  const packed = path.join(folder, 'packed');
  run('tsc', ['-p', 'client/tsconfig.build.json', '--outDir', packed], project);
  execFileSync(process.execPath, ['client/npm/write-package.ts', packed], { cwd: project });
  const [{ filename }] = JSON.parse(
    execFileSync('npm', ['pack', packed, '--json', '--pack-destination', folder], { cwd: folder, encoding: 'utf8' }),
  );
  mkdirSync(path.join(modules, 'carryover'), { recursive: true });
  execFileSync('tar', [
    '-xzf',
    path.join(folder, filename),
    '--strip-components=1',
    '-C',
    path.join(modules, 'carryover'),
  ]);
  for (const name of [...OWN, ...Object.keys(published().peerDependencies)]) {
    mkdirSync(path.dirname(path.join(modules, name)), { recursive: true });
    symlinkSync(path.join(project, 'node_modules', name), path.join(modules, name));
  }
  writeFileSync(path.join(consumer, 'package.json'), JSON.stringify({ type: 'module', private: true }));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.each(['bundler', 'nodenext'])('with the module resolution of %s', (moduleResolution) => {
  test('a page type-checks against what is published, and what is wrong in it is found', () => {
    const source = path.join(consumer, moduleResolution);
    mkdirSync(source);
    cpSync(path.join(project, 'client/example.tsx'), path.join(source, 'example.tsx'));
    const types = readFileSync(path.join(project, 'test/client/hook-types.tsx'), 'utf8');
    const imports = types
      .replaceAll('../../client/generated/hooks.ts', 'carryover/client/hooks')
      .replaceAll('../../client/index.ts', 'carryover/client')
      .replaceAll(/\.\.\/\.\.\/client\/(\w+)\/index\.ts/g, 'carryover/client/$1');
    writeFileSync(path.join(source, 'types.tsx'), imports);
    const compilerOptions = {
      ...{ target: 'es2022', lib: ['es2024', 'dom', 'dom.iterable'], jsx: 'react-jsx', types: [] },
      ...{ module: moduleResolution === 'bundler' ? 'esnext' : 'nodenext', moduleResolution },
      ...{ strict: true, noEmit: true, skipLibCheck: true },
    };
    writeFileSync(path.join(source, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.tsx'] }));
    expect(run('tsc', ['-p', source], consumer)).toBe('');
  });
});

test('the package has what its entries name, and depends on nothing', () => {
  const { exports, dependencies, peerDependencies, peerDependenciesMeta } = published();
  const own = read(path.join(project, 'package.json'));
  expect(Object.keys(exports)).toEqual(Object.keys(own.exports));
  expect(published().version).toBe(own.version);
  expect(dependencies).toBeUndefined();
  expect(Object.keys(peerDependenciesMeta)).toEqual(Object.keys(peerDependencies));
  for (const target of Object.values(exports).flatMap((entry) =>
    entry instanceof Object ? Object.values(entry) : entry,
  ))
    expect(readFileSync(path.join(modules, 'carryover', String(target)), 'utf8')).not.toBe('');
});

/** The code of a page, and the packages that it leaves to others. */
async function bundle(source: string) {
  const page = path.join(consumer, 'page.js');
  writeFileSync(page, source);
  const foreign = new Set<string>();
  const built = await build({
    ...{ root: consumer, configFile: false, logLevel: 'silent' },
    build: {
      ...{ write: false, minify: true, lib: { entry: page, formats: ['es'] } },
      rolldownOptions: {
        external: (id) => {
          if (!isPackage(id)) return false;
          foreign.add(id);
          return true;
        },
      },
    },
  });
  const outputs = [built].flat().flatMap((each) => ('output' in each ? each.output : []));
  const code = outputs.map((each) => ('code' in each ? each.code : '')).join('');
  return { code, foreign: [...foreign].sort() };
}

const isPackage = (id: string) => /^[@a-z]/.test(id) && !id.startsWith('carryover');

test.each([
  ['client', []],
  ['client/react', ['react']],
  ['client/hooks', ['@apollo/client/react']],
  [
    'client/apollo',
    [
      '@apollo/client',
      '@apollo/client/errors',
      '@apollo/client/link/context',
      '@apollo/client/link/error',
      '@apollo/client/utilities',
      'graphql',
      'graphql-sse',
      'graphql-ws/client',
      'rxjs',
    ],
  ],
])('a bundle of %s needs %j and nothing else, and is small where it stands alone', async (entry, needs) => {
  const { code, foreign } = await bundle(`export * from 'carryover/${entry}';`);
  expect(foreign).toEqual(needs);
  if (entry === 'client' || entry === 'client/react') expect(gzipSync(code).length).toBeLessThan(2_500);
});

test('a page carries the documents of the hooks that it uses, and no others', async () => {
  const { code } = await bundle(`export { useDeleteDocumentMutation } from 'carryover/client/hooks';`);
  expect(code).toContain('deleteDocument');
  expect(code).not.toContain('deleteChatSession');
  expect(code.length).toBeLessThan(2_000);
});
