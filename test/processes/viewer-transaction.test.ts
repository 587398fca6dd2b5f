import { sql } from 'kysely';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type DatabaseOptions, db, type Em, forkEm, type Orm, openOrm, viewerEm } from '../../src/db/orm.ts';
import { viewerTransaction } from '../../src/db/viewer-transaction.ts';
import { entities } from '../../src/entities.ts';
import { isPglite, serverDatabase, testDialect } from '../support/test-database.ts';

async function connected(url: string, options?: DatabaseOptions): Promise<Orm> {
  const orm = await openOrm(url, entities, options);
  onTestFinished(() => orm.close(true));
  return orm;
}

const paces = (em: Em) => db(em).selectFrom('turn_pace').selectAll().orderBy('userId').execute();
const setPace = (em: Em, userId: string, begunAt: number[]) =>
  db(em)
    .insertInto('turn_pace')
    .values({ userId, begunAt })
    .onConflict((conflict) => conflict.column('userId').doUpdateSet({ begunAt }))
    .execute();

describe.skipIf(testDialect === 'sqlite' || isPglite)('transactions on what is a viewer’s', () => {
  test('run one after the other, so that none of many that add to what they read is lost', async () => {
    const url = await serverDatabase();
    const processes = await Promise.all([connected(url), connected(url), connected(url)]);
    const add = (n: number) =>
      viewerTransaction(forkEm(processes[n % 3] ?? processes[0]), 'alice', async (em) => {
        const [pace] = await paces(em);
        await setPace(em, 'alice', [...(pace?.begunAt ?? []), n]);
      });
    await Promise.all(Array.from({ length: 30 }, (_, n) => add(n)));
    const [pace] = await paces(forkEm(processes[0]));
    expect(pace?.begunAt.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 30 }, (_, n) => n));
  });

  test('of different viewers do not wait for each other', async () => {
    const orm = await connected(await serverDatabase());
    const bobIsDone = Promise.withResolvers<void>();
    const alice = viewerTransaction(forkEm(orm), 'alice', () => bobIsDone.promise);
    await viewerTransaction(forkEm(orm), 'bob', (em) => setPace(em, 'bob', [1]));
    bobIsDone.resolve();
    await alice;
  });

  test('that wait for a viewer another process holds take one connection, and others are served', async () => {
    const url = await serverDatabase();
    const [orm, other] = [await connected(url, { poolSize: 3 }), await connected(url)];
    const [isHeld, isDone] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const held = viewerTransaction(forkEm(other), 'alice', () => {
      isHeld.resolve();
      return isDone.promise;
    });
    await isHeld.promise;
    const order: number[] = [];
    const waiting = Array.from({ length: 10 }, (_, n) =>
      viewerTransaction(forkEm(orm), 'alice', async () => order.push(n)),
    );
    await viewerTransaction(forkEm(orm), 'bob', (em) => setPace(em, 'bob', [1]));
    expect(order).toEqual([]);
    isDone.resolve();
    await Promise.all([held, ...waiting]);
    expect(order).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  test('end by themselves where their process falls silent in them, a viewer’s single statements too', async () => {
    const orm = await connected(await serverDatabase());
    const timeoutOf = async (em: Em) => {
      const { rows } = await sql<{
        timeout: string;
      }>`select current_setting('idle_in_transaction_session_timeout') as timeout`.execute(db(em));
      return rows[0]?.timeout;
    };
    expect(await timeoutOf(viewerEm(orm, 'alice'))).toBe('4s');
    expect(await viewerTransaction(viewerEm(orm, 'alice'), 'alice', timeoutOf)).toBe('4s');
    expect(await forkEm(orm).transactional(timeoutOf)).toBe('4s');
  });

  test('that fail keep nobody waiting behind them', async () => {
    const orm = await connected(await serverDatabase());
    const failing = viewerTransaction(forkEm(orm), 'alice', () => Promise.reject(new Error('no')));
    const behind = viewerTransaction(forkEm(orm), 'alice', async () => 'done');
    await expect(failing).rejects.toThrow('no');
    expect(await behind).toBe('done');
  });

  test('on several viewers’ take turns in one order, whatever order they are named in', async () => {
    const orm = await connected(await serverDatabase());
    const both = [
      ['alice', 'bob'],
      ['bob', 'alice'],
    ];
    const done = await Promise.all(
      Array.from({ length: 20 }, (_, n) => viewerTransaction(forkEm(orm), both[n % 2] ?? [], async () => n)),
    );
    expect(done).toHaveLength(20);
  });

  test('that wait for each other are done again', async () => {
    const orm = await connected(await serverDatabase());
    const other = forkEm(orm);
    await setPace(other, 'alice', []);
    await setPace(other, 'bob', []);
    const lock = (em: Em, userId: string) =>
      sql`select 1 from turn_pace where user_id = ${userId} for update`.execute(db(em));
    const [first, second] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    let tries = 0;
    const cross = (own: string, foreign: string, mine: () => void, theirs: Promise<void>) =>
      viewerTransaction(forkEm(orm), own, async (em) => {
        tries += 1;
        await lock(em, own);
        mine();
        await theirs;
        await lock(em, foreign);
      });
    await Promise.all([
      cross('alice', 'bob', first.resolve, second.promise),
      cross('bob', 'alice', second.resolve, first.promise),
    ]);
    expect(tries).toBe(3);
  });
});
