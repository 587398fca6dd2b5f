import { beforeEach, expect, onTestFinished, test } from 'vitest';
import { type Em, forkEm, openMigratedOrm } from '../../../src/db/orm.ts';
import { entities } from '../../../src/entities.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';
import { serverDatabase } from '../../support/test-database.ts';

let em: Em;
let line: TcpProxy;

/** With room for one connection. */
beforeEach(async ({ skip }) => {
  if (NO_POSTGRES) return skip(NO_POSTGRES);
  const address = new URL(await serverDatabase());
  line = await startTcpProxy({ host: address.hostname, port: Number(address.port) });
  address.host = `127.0.0.1:${line.port}`;
  const orm = await openMigratedOrm(address.href, entities, { poolSize: 1 });
  onTestFinished(() => orm.close(true));
  em = forkEm(orm);
});

const ask = (on: Em) => on.execute<{ one: number }[]>('select 1 as one');

/** Cuts the line as soon as something waits for an answer. */
function swallowNext(): void {
  line.freeze();
  setImmediate(() => line.cut());
}

async function expectRoom(): Promise<void> {
  await line.heal();
  expect(await ask(em)).toEqual([{ one: 1 }]);
  expect(await em.transactional(ask)).toEqual([{ one: 1 }]);
}

test('a transaction that PostgreSQL ends gives its place in the pool back', async () => {
  const ended = em.transactional((tx) => tx.execute('select pg_terminate_backend(pg_backend_pid())'));
  await expect(ended).rejects.toThrow();
  await expectRoom();
});

test('a transaction that is cut off as it begins gives its place in the pool back', async () => {
  await ask(em);
  swallowNext();
  await expect(em.transactional(ask)).rejects.toThrow();
  await expectRoom();
});

test('a transaction that is cut off in its midst, or as it is committed, gives its place in the pool back', async () => {
  const inMidst = em.transactional(async (tx) => {
    swallowNext();
    await ask(tx);
  });
  await expect(inMidst).rejects.toThrow();
  await expectRoom();
  const committed = em.transactional(async (tx) => {
    await ask(tx);
    swallowNext();
  });
  await expect(committed).rejects.toThrow();
  await expectRoom();
});
