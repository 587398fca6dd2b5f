import { expect, onTestFinished, test } from 'vitest';
import { type Em, forkEm, openMigratedOrm } from '../../../src/db/orm.ts';
import { viewerTransaction } from '../../../src/db/viewer-transaction.ts';
import { entities } from '../../../src/entities.ts';
import { NO_POSTGRES } from '../../support/postgres-server.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { serverDatabase } from '../../support/test-database.ts';

async function connected(url: string): Promise<Em> {
  const orm = await openMigratedOrm(url, entities);
  onTestFinished(() => orm.close(true));
  return forkEm(orm);
}

// Who waits for a lock gives up after 15 s, and this takes four: what waits in the process that is parted has no lock to keep.
test.skipIf(NO_POSTGRES)(
  'a process that is parted from the database while it has a viewer’s turn, and more wait in it, keeps others waiting only for as long as they are patient',
  { timeout: 120_000 },
  async () => {
    const url = await serverDatabase();
    const address = new URL(url);
    const line = await startTcpProxy({ host: address.hostname, port: Number(address.port) });
    address.host = `127.0.0.1:${line.port}`;
    const here = await connected(url);
    const parted = await connected(address.href);

    const partedWith = (em: Em) => em.execute('select 1');
    const hasTurn = Promise.withResolvers<void>();
    const goesOn = Promise.withResolvers<void>();
    const first = viewerTransaction(parted, 'alice', async (em) => {
      hasTurn.resolve();
      await goesOn.promise;
      await partedWith(em);
    });
    await hasTurn.promise;
    const second = viewerTransaction(parted, 'alice', partedWith);
    const lost = Promise.allSettled([first, second]);

    line.freeze();
    await viewerTransaction(here, 'alice', (em) => em.execute('select 1'));
    goesOn.resolve();
    await line.heal();
    expect((await lost).map(({ status }) => status)).toEqual(['rejected', 'fulfilled']);
  },
);
