import { expect, test } from 'vitest';
import { type PostgresServer, refuseUnsuitable } from '../../src/db/look-at-server.ts';

const SUITABLE: PostgresServer = {
  version: '17.2',
  major: 17,
  encoding: 'UTF8',
  pgvector: '0.8.0',
  hasPgvector: true,
  hasViewerRole: false,
};

test.each([
  {},
  { version: '18.0', major: 18 },
  { pgvector: null },
  { pgvector: '0.10.1' },
  { pgvector: '1.0' },
  { pgvector: '0.8.1', hasPgvector: false },
])('a server with %o will do', (given) => {
  expect(() => refuseUnsuitable({ ...SUITABLE, ...given })).not.toThrow();
});

test.each([
  [{ version: '16.9', major: 16 }, /^PostgreSQL 16\.9 is too old: 17 or later is needed\.$/],
  [{ encoding: 'SQL_ASCII' }, /encoded in SQL_ASCII, and UTF8 is needed/],
  [{ pgvector: null, hasPgvector: false }, /pgvector is not installed .* postgresql-17-pgvector/],
  [{ pgvector: '0.7.4' }, /pgvector 0\.7\.4 is too old.* alter extension vector update;$/],
])('a server with %o is refused with what is to be done', (given, sentence) => {
  expect(() => refuseUnsuitable({ ...SUITABLE, ...given })).toThrow(sentence);
});
