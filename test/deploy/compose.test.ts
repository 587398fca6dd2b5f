import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { variableNames } from '../../src/config.ts';
import { compose, composeText } from '../support/compose.ts';
import { buildContext, project, stages } from '../support/dockerfile.ts';

/** The address is the proxy's, both servers do everything, and no pooler stands before the database. */
const NOT_HERE = ['HOST', 'PORT', 'ROLE', 'DATABASE_LISTEN_URL'];
/** What the other images read. */
const OF_OTHERS = ['POSTGRES_PASSWORD', 'DATABASE_PASSWORD', 'SITE_ADDRESS'];
const IS_SECRET = /SECRET|PASSWORD|KEY|TOKEN$/;

const read = (file: string): string => readFileSync(path.join(project, file), 'utf8');
const { proxy, postgres, migrate, ...others } = compose.services;
const servers = Object.entries(others);
const ours = [...servers.map(([, service]) => service), migrate];
const named = Object.entries(compose.services);

test('the server runs twice, alike, once the database answers and is migrated', () => {
  expect(servers.map(([name]) => name)).toEqual(['server-1', 'server-2']);
  const [[, first] = [], [, second] = []] = servers;
  expect(first).toEqual(second);
  expect(first).toMatchObject({ image: migrate?.image, pull_policy: 'never', restart: 'unless-stopped' });
  expect(first?.command).toBeUndefined();
  expect(first?.depends_on).toEqual({
    postgres: { condition: 'service_healthy' },
    migrate: { condition: 'service_completed_successfully' },
  });
});

test('the one image is built once, and migrates the database first', () => {
  expect(named.filter(([, { build }]) => build).map(([name]) => name)).toEqual(['migrate']);
  expect(migrate?.restart).toBe('no');
  expect(migrate?.depends_on).toEqual({ postgres: { condition: 'service_healthy' } });
});

test('every program that is run is one of the sources', () => {
  const ofImage = stages.at(-1)?.instructions.find(({ keyword }) => keyword === 'CMD')?.words;
  for (const [node, , program] of [ofImage, ...ours.map((service) => service?.command)].filter(
    (words) => words !== undefined,
  )) {
    expect(node).toBe('node');
    expect(buildContext()).toContain(program?.replace(/^dist\//, '').replace(/\.js$/, '.ts'));
  }
});

test('one address leads to both servers as long as they want requests, and metrics stay inside', () => {
  const port = stages.at(-1)?.instructions.find(({ properties }) => properties.PORT)?.properties.PORT;
  const caddyfile = read('deploy/Caddyfile');
  expect(caddyfile).toContain(`reverse_proxy ${servers.map(([name]) => `${name}:${port}`).join(' ')} {`);
  expect(caddyfile).toContain('health_uri /readyz');
  expect(caddyfile).toMatch(/@inside path \/metrics \/metrics\/\*\n\s*respond @inside 404/);
  expect(Object.keys(proxy?.depends_on ?? {})).toEqual(servers.map(([name]) => name));
});

test('only the proxy can be reached from outside, and on loopback unless another address is named', () => {
  expect(named.filter(([, { ports }]) => ports.length > 0).map(([name]) => name)).toEqual(['proxy']);
  for (const published of proxy?.ports ?? []) expect(published).toMatch(/^\$\{\w+:-127\.0\.0\.1:\d+\}:\d+$/);
  expect(postgres?.networks).toEqual(['database']);
  expect(compose.networks.database).toEqual({ internal: true });
});

test('images that are not ours are pinned to a version', () => {
  for (const service of [proxy, postgres]) expect(service?.image).toMatch(/^[\w/]+:\d+\.\d+\.\d+-/);
  expect(postgres?.image).toMatch(/:0\.8\.\d+-pg17-/);
});

test.each(named)('%s has no more rights than it needs', (name, service) => {
  expect(service).toMatchObject({ init: true, read_only: true, cap_drop: ['ALL'] });
  expect(service.security_opt).toEqual(['no-new-privileges:true']);
  expect(service.cap_add).toEqual(name === 'proxy' ? ['NET_BIND_SERVICE'] : []);
  // The others' users are their images'.
  if (name === 'postgres') expect(service.user).toMatch(/^[1-9]\d*:[1-9]\d*$/);
  else expect(service.user).toBeUndefined();
});

test.each(named)('%s is watched and comes back, or is done', (name, { restart, healthcheck, image }) => {
  if (name === 'migrate') return expect(healthcheck).toEqual({ disable: true });
  expect(restart).toBe('unless-stopped');
  // The image of the servers has its own.
  if (image === migrate?.image) return expect(healthcheck).toBeUndefined();
  expect(healthcheck).toMatchObject({ test: expect.arrayContaining(['CMD']), interval: expect.any(String) });
});

test('a server that is stopped has the time that its replies were promised', () => {
  for (const service of ours) {
    const drainSeconds = Number(service?.environment.DRAIN_SECONDS);
    expect(drainSeconds).toBeGreaterThan(0);
    expect(Number.parseInt(service?.stop_grace_period ?? '', 10)).toBeGreaterThanOrEqual(drainSeconds + 5);
  }
});

test('every variable of the server can be set, and no other one is named', () => {
  for (const service of ours) {
    expect(Object.keys(service?.environment ?? {}).sort()).toEqual(
      variableNames.filter((name) => !NOT_HERE.includes(name)).sort(),
    );
  }
  for (const service of [proxy, postgres]) {
    for (const name of Object.keys(service?.environment ?? {})) expect(OF_OTHERS).toContain(name);
  }
});

test('what has no default is asked for, and the file says at its top what that is', () => {
  const [head = ''] = composeText.split('\n\n');
  const interpolations = composeText.matchAll(/\$\{(\w+)(:?[-?])?([^}]*)\}/g);
  for (const [all, name = '', operator = '', rest = ''] of interpolations) {
    expect([...variableNames, ...OF_OTHERS, 'HTTP_PORT', 'HTTPS_PORT'], all).toContain(name);
    expect(rest, all).not.toBe('');
    if (operator.endsWith('?')) expect(head, all).toContain(name);
    else expect(operator, all).toBe(':-');
  }
});

test('no secret is written down', () => {
  for (const [name, value] of named.flatMap(([, { environment }]) => Object.entries(environment))) {
    if (IS_SECRET.test(name) && value !== null) expect(value, name).toMatch(/^\$\{\w+:?\?[^}]+\}$/);
    if (name === 'DATABASE_URL') expect(value).toMatch(/^postgresql:\/\/\w+:\$\{\w+:\?[^}]+\}@/);
  }
});

test('what is mounted is a file of a clean clone or a volume that is declared, and so are networks and services', () => {
  const mounts = named.flatMap(([, { volumes }]) => volumes.map((volume) => volume.split(':')));
  const sources = mounts.map(([source = '']) => source);
  const files = sources.filter((source) => source.startsWith('./'));
  expect(files.map((file) => read(file).length > 0)).toEqual([true, true]);
  expect(sources.filter((source) => !files.includes(source)).sort()).toEqual(Object.keys(compose.volumes).sort());
  for (const [source = '', , mode] of mounts) if (files.includes(source)) expect(mode).toBe('ro');
  for (const [, { networks, depends_on }] of named) {
    expect(Object.keys(compose.networks)).toEqual(expect.arrayContaining(networks));
    expect(Object.keys(compose.services)).toEqual(expect.arrayContaining(Object.keys(depends_on)));
  }
});

test('the servers log in as the role that the set-up makes, to the database that it makes', () => {
  const url = new URL(String(ours[0]?.environment.DATABASE_URL).replace(/\$\{[^}]+\}/, 'password'));
  const setup = read('deploy/setup.sql');
  expect(Object.keys(compose.services)).toContain(url.hostname);
  expect(setup).toContain(`alter role ${url.username} login password`);
  expect(setup).toContain(`create database ${url.pathname.slice(1)} owner ${url.username} `);
  expect(postgres?.volumes).toContain('./deploy/setup.sql:/docker-entrypoint-initdb.d/setup.sql:ro');
});
