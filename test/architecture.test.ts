import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** From the roof to the ground: each imports at run time only from itself and from what stands below it. */
const FLOORS = [
  '(top)',
  'http',
  'privacy',
  'reports',
  'chat',
  'documents',
  'memory',
  'prompt',
  'users',
  'jobs',
  'models',
  'db',
  'graphql',
  '(leaf)',
];
const TOP = [
  'main',
  'serve',
  'create-app',
  'news',
  'app',
  'schema',
  'entities',
  'emit-schema',
  'token',
  'reindex',
  'backup',
  'migrate',
];
const LEAVES = ['config', 'config-values', 'context', 'errors', 'logger', 'doorbell', 'until-left', 'metrics'];

const READS_ENVIRONMENT = ['config.ts', 'main.ts', 'token.ts', 'reindex.ts', 'backup.ts', 'migrate.ts'];
const MAX_LINES = 250;

const src = fileURLToPath(new URL('../src', import.meta.url));
const files = globSync('**/*.ts', { cwd: src }).map((file) => ({
  file,
  text: readFileSync(path.join(src, file), 'utf8'),
}));

/** `import type` is nothing at run time; `import { type … }` is an import. */
const IMPORTS =
  /(?:^|\n)\s*(?:import|export)(?!\s+type\b)\s(?:[^;'"]*?from\s*)?'(\.[^']+)'|import\s*\(\s*'(\.[^']+)'\s*\)/g;

/** What a file imports of ours at run time, as paths below src. */
const importsOf = ({ file, text }: { file: string; text: string }): string[] =>
  [...text.matchAll(IMPORTS)].map(([, from = '', later = '']) =>
    path.posix.join(path.posix.dirname(file), from || later),
  );

function floorOf(file: string): string {
  const [folder = '', ...rest] = file.split('/');
  if (rest.length > 0) return folder;
  const name = folder.replace(/\.ts$/, '');
  if (TOP.includes(name)) return '(top)';
  return LEAVES.includes(name) ? '(leaf)' : name;
}

const isEntity = (file: string): boolean => file.endsWith('.entity.ts');

function isAllowed(from: string, to: string): boolean {
  if (isEntity(from) && isEntity(to)) return true;
  const [fromFloor, toFloor] = [floorOf(from), floorOf(to)];
  if (fromFloor === '(leaf)') return false;
  return FLOORS.indexOf(fromFloor) <= FLOORS.indexOf(toFloor);
}

test('every file stands on a floor that is named here', () => {
  expect(files.length).toBeGreaterThan(100);
  expect(files.map(({ file }) => file).filter((file) => !FLOORS.includes(floorOf(file)))).toEqual([]);
});

test('imports go downward only, and the leaves import nothing of ours', () => {
  const all = files.flatMap((each) => importsOf(each).map((to) => ({ from: each.file, to })));
  expect(all.length).toBeGreaterThan(200);
  expect(all.filter(({ from, to }) => !isAllowed(from, to)).map(({ from, to }) => `${from} → ${to}`)).toEqual([]);
});

test('every file that is imported is there', () => {
  const known = new Set(files.map(({ file }) => file));
  expect(files.flatMap(importsOf).filter((to) => !known.has(to))).toEqual([]);
});

test('the environment is read in one place, and by the programs that hand it over', () => {
  const readers = files.filter(({ text }) => /\bprocess\.env\b/.test(text)).map(({ file }) => file);
  expect(readers.filter((file) => !READS_ENVIRONMENT.includes(file))).toEqual([]);
});

test('no file is long', () => {
  const long = files.filter(({ text }) => text.split('\n').length > MAX_LINES);
  expect(long.map(({ file }) => file)).toEqual([]);
});
