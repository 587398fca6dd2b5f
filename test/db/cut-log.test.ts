import { statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import Database from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { cutLog } from '../../src/db/cut-log.ts';
import { forkEm, openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { startApp } from '../support/app.ts';
import { recordingLog } from '../support/recording-log.ts';
import { temporaryFolder } from '../support/server-process.ts';

/** Somebody else who reads, as a backup does, until `end`. */
function beginReading(file: string): { end(): void } {
  const reader = new Database(file);
  reader.exec('begin');
  reader.prepare('select count(*) from chat_session').get();
  onTestFinished(() => void reader.close());
  return { end: () => void reader.exec('commit') };
}

// It is SQLite's that is cut, whatever else the tests run on.
async function openOnDisk() {
  const file = path.join(temporaryFolder(), 'all.db');
  const orm = await openOrm(`sqlite:${file}`, entities);
  onTestFinished(() => orm.close(true));
  const write = (about: string) => forkEm(orm).execute(`insert into turn_pace values (?, '[]')`, [about]);
  await write('before');
  return { file, write, ctx: { em: forkEm(orm), log: recordingLog('info').log } };
}

test('who waits for a reader to let go of the log keeps nobody else waiting', async () => {
  const { file, write, ctx } = await openOnDisk();
  const reading = beginReading(file);
  await write('after');
  const cut = cutLog(ctx);
  // Would not come to its turn if all of the process waited.
  await after(10).then(reading.end);
  expect(await cut).toBe(true);
  expect(statSync(`${file}-wal`).size).toBe(0);
});

test('a log that is read all the while stays, and whoever writes meanwhile is not held up', async () => {
  const { file, write, ctx } = await openOnDisk();
  const reading = beginReading(file);
  await write('after');
  expect(await cutLog(ctx, 0)).toBe(false);
  await write('and again');
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  reading.end();
  expect(await cutLog(ctx, 0)).toBe(true);
  expect(await ctx.em.execute('pragma busy_timeout')).toEqual([{ timeout: 5000 }]);
});

test('what could not be cut when it was asked for is cut by the next sweep', async () => {
  const file = path.join(temporaryFolder(), 'all.db');
  const app = await startApp({ env: { DATABASE_URL: `sqlite:${file}` } });
  onTestFinished(() => app.close());
  const alice = await app.viewer('alice');
  await alice.turn('Hello.');
  await app.idle();
  const reading = beginReading(file);
  await alice.createSession({ title: 'Another' });
  await app.running.sweep();
  expect(statSync(`${file}-wal`).size).toBeGreaterThan(0);
  reading.end();
  await app.running.sweep();
  expect(statSync(`${file}-wal`).size).toBe(0);
});
