import { expect, test } from 'vitest';
import { databaseName } from '../../src/db/database-name.ts';

test.each([
  ['sqlite:data/carryover.db', 'data/carryover.db'],
  ['sqlite::memory:', ':memory:'],
  ['postgresql://carry:hunter2@db.example.com:6432/all', 'carry@db.example.com:6432/all'],
  ['postgres://carry:h%3Aunter2%40@db/all', 'carry@db:5432/all'],
  ['postgresql://db/all?user=carry&password=hunter2&sslmode=require', 'carry@db:5432/all'],
  ['postgresql://carry@db/all?sslpassword=hunter2&sslkey=/hunter2', 'carry@db:5432/all'],
  ['postgresql://a%40b:hunter2@[::1]:5433/all%20mine', 'a@b@[::1]:5433/all mine'],
  ['postgresql:///all?host=/run/postgresql', '/run/postgresql:5432/all'],
  ['postgresql://old:1@old:1/all?host=new&port=5433&user=me', 'me@new:5433/all'],
])('%s is named %s', (url, name) => {
  expect(databaseName(url)).toBe(name);
});
