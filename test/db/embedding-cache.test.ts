import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { db, type Em, forkEm, type Orm } from '../../src/db/orm.ts';
import { EmbeddingCache } from '../../src/memory/search/embedding-cache.ts';
import { cosinesTo } from '../../src/memory/search/nearest.ts';
import { ScopeCache } from '../../src/memory/search/scope-cache.ts';
import { SEED_MODEL, seedMessages, seedSession } from '../support/memory-seed.ts';
import { openTestOrm, testDialect } from '../support/test-database.ts';

let orm: Orm;
let close: () => Promise<void>;
let em: Em;
let cache: EmbeddingCache;
let session: string;

beforeAll(async () => {
  ({ orm, close } = await openTestOrm());
});
beforeEach(async ({ skip }) => {
  skip(testDialect === 'postgres', 'PostgreSQL compares by itself');
  em = forkEm(orm);
  cache = new EmbeddingCache();
  session = await seedSession(em, 'alice');
});
afterAll(() => close());

const asked = { vector: Float32Array.of(0.6, 0.8), model: SEED_MODEL };
const say = (em: Em, ...embeddings: (Float32Array | undefined)[]) =>
  seedMessages(
    em,
    session,
    embeddings.map((embedding) => (embedding ? { text: 'I ran.', embedding } : 'I ran.')),
  );
const embed = (messageId: string | undefined, vector: Float32Array, model = SEED_MODEL, inside = em) =>
  db(inside)
    .updateTable('chunk')
    .set({ embedding: vector, embeddingModel: model })
    .where('message', '=', messageId ?? '')
    .execute();
const scopesNow = (inside: Em = em) => new ScopeCache().read(inside, 'alice', { sessionIds: [session] });
async function cosines(question = asked, inside: Em = em): Promise<number[]> {
  const found = await cache.cosinesTo(inside, 'alice', question, await scopesNow(inside));
  return [...found].map((cosine) => Math.round(cosine * 1000) / 1000);
}

test('cosines are those that the database computes, appended to in any portions', async () => {
  for (let count = 1; count < 12; count++) {
    const vectors = Array.from({ length: count }, (_, i) => unit([i + 1, count, 3, i % 3, 1]));
    await say(em, ...vectors);
    const question = { vector: unit([1, 2, -3, 4, 5]), model: SEED_MODEL };
    const scopes = await scopesNow();
    const chunks = scopes.flatMap((scope) => scope.chunks);
    const ids = chunks.map(({ id }) => id);
    const computed = await cosinesTo(em, 'alice', question, ids);
    const held = await cache.cosinesTo(em, 'alice', question, scopes);
    for (const [index, id] of ids.entries()) expect(held[index]).toBeCloseTo(computed.get(id) ?? Number.NaN, 5);
  }
});

test('an embedding that comes later counts from then on, and what is held is not read again', async () => {
  const [, second] = await say(em, Float32Array.of(1, 0), undefined);
  expect(await cosines()).toEqual([0.6, Number.NaN]);
  await embed(second, Float32Array.of(0, 1));
  expect(await cosines()).toEqual([0.6, 0.8]);
  await em.execute('update chunk set embedding = null');
  expect(await cosines()).toEqual([0.6, 0.8]);
});

test('a new version of the scope forgets what is held of it', async () => {
  const [, second] = await say(em, Float32Array.of(1, 0), Float32Array.of(0, 1));
  await cosines();
  await em.execute('update memory_scope set version = version + 1 where session_id = ?', [session]);
  await embed(second, Float32Array.of(0.8, 0.6));
  expect(await cosines()).toEqual([0.6, 0.96]);
});

test('what another model has embedded, or with another length, is not compared', async () => {
  const [first] = await say(em, Float32Array.of(1, 0), Float32Array.of(1));
  expect(await cosines()).toEqual([0.6, Number.NaN]);
  const other = { ...asked, model: 'another' };
  expect(await cosines(other)).toEqual([Number.NaN, Number.NaN]);
  await embed(first, Float32Array.of(0, 1), 'another');
  expect(await cosines(other)).toEqual([0.8, Number.NaN]);
});

test("another user's embeddings are not read", async () => {
  await say(em, Float32Array.of(1, 0));
  const found = await cache.cosinesTo(em, 'bob', asked, await scopesNow());
  expect([...found]).toEqual([Number.NaN]);
});

test('what a transaction read and then took back is not held', async () => {
  const [first] = await say(em, undefined);
  const failed = em.transactional(async (inner) => {
    await embed(first, Float32Array.of(1, 0), SEED_MODEL, inner);
    expect(await cosines(asked, inner)).toEqual([0.6]);
    throw new Error('taken back');
  });
  await expect(failed).rejects.toThrow('taken back');
  expect(await cosines()).toEqual([Number.NaN]);
});

test('a scope that has no room is compared all the same', async () => {
  cache = new EmbeddingCache(8);
  await say(em, Float32Array.of(1, 0), Float32Array.of(0, 1));
  expect(await cosines()).toEqual([0.6, 0.8]);
  expect(await cosines()).toEqual([0.6, 0.8]);
});

test('a scope that has outgrown its room gives it up, however small it began', async () => {
  const bytes = 2 * Float32Array.BYTES_PER_ELEMENT;
  cache = new EmbeddingCache(4 * (1.25 * bytes + 64));
  await say(em, Float32Array.of(1, 0));
  expect(await cosines()).toEqual([0.6]);
  for (let n = 0; n < 8; n++) {
    await say(em, Float32Array.of(0, 1));
    await cosines();
  }
  await em.execute('update chunk set embedding = null');
  expect(await cosines()).toEqual(Array.from({ length: 9 }, () => Number.NaN));
});

test('what is cleared is read again', async () => {
  await say(em, Float32Array.of(1, 0));
  const scopes = new ScopeCache();
  const found = async () => {
    const read = await scopes.read(em, 'alice', { sessionIds: [session] });
    return [...(await scopes.embeddings.cosinesTo(em, 'alice', asked, read))];
  };
  expect(await found()).not.toContain(Number.NaN);
  await em.execute('update chunk set embedding = null');
  expect(await found()).not.toContain(Number.NaN);
  scopes.clear();
  expect(await found()).toEqual([Number.NaN]);
});

function unit(values: number[]): Float32Array {
  const length = Math.hypot(...values);
  return Float32Array.from(values, (x) => x / length);
}
