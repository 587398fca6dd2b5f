import { Client } from 'pg';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { type Em, forkEm, openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { buildEmbeddingIndex } from '../../src/memory/index/build-embedding-index.ts';
import { keepEmbeddingIndex } from '../../src/memory/index/keep-embedding-index.ts';
import { embeddingIndex } from '../../src/memory/search/embedding-index.ts';
import { SEED_MODEL, seedMessages, seedSession } from '../support/memory-seed.ts';
import { recordingLog } from '../support/recording-log.ts';
import { isPglite, testDatabase, testDialect } from '../support/test-database.ts';

let em: Em;
let url: string;
let session: string;
let end = async () => {};
const clients: Client[] = [];

beforeEach(async ({ skip }) => {
  skip(testDialect === 'sqlite' || isPglite, 'TEST_DATABASE_URL names no PostgreSQL server');
  const database = await testDatabase();
  url = database.url;
  const orm = await openOrm(url, entities);
  em = forkEm(orm);
  end = async () => {
    await Promise.all(clients.splice(0).map((client) => client.end()));
    await orm.close(true);
    await database.drop();
  };
  session = await seedSession(em, 'alice');
  await say(1, 2, 3);
  await em.execute('vacuum analyze chunk');
});

afterEach(() => end());

/** One message for each, embedded with so many dimensions. */
const say = (...lengths: number[]) =>
  seedMessages(
    em,
    session,
    lengths.map((length) => ({ text: 'I ran.', embedding: new Float32Array(length).fill(1 / Math.sqrt(length)) })),
  );

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: url });
  await client.connect();
  clients.push(client);
  return client;
}

const indexes = async () =>
  (
    await em.execute<{ name: string; isValid: boolean }[]>(
      `select indexrelid::regclass::text as name, indisvalid as "isValid" from pg_index
       where indexrelid::regclass::text like 'chunk_embedding_%'`,
    )
  ).map(({ name, isValid }) => [name, isValid]);
const nameOf = (model: string, dimensions: number) => embeddingIndex(model, dimensions)?.name;
const FEW = 1;

test('an index is built where there are enough chunks, once, by one of several processes', async () => {
  const several = [await connect(), await connect(), await connect()];
  expect(await buildEmbeddingIndex(await connect(), SEED_MODEL)).toBeNull();
  expect(await buildEmbeddingIndex(await connect(), 'another', FEW)).toBeNull();
  expect(await indexes()).toEqual([]);

  const built = await Promise.all(several.map((client) => buildEmbeddingIndex(client, SEED_MODEL, FEW)));
  const name = nameOf(SEED_MODEL, 3);
  expect(built.filter((each) => each !== null)).toEqual([name]);
  expect(await indexes()).toEqual([[name, true]]);
  expect(await buildEmbeddingIndex(await connect(), SEED_MODEL, FEW)).toBeNull();
});

test('what was left unfinished is built anew, and what holds nothing any more goes', async () => {
  const client = await connect();
  await buildEmbeddingIndex(client, SEED_MODEL, FEW);
  await say(2);
  await buildEmbeddingIndex(client, SEED_MODEL, FEW);
  await em.execute('update chunk set embedding_model = null, embedding = null where vector_dims(embedding) = 3');
  await em.execute('vacuum analyze chunk');
  await em.execute('update pg_index set indisvalid = false where indexrelid = to_regclass(?)', [nameOf(SEED_MODEL, 2)]);

  expect(await buildEmbeddingIndex(client, SEED_MODEL, FEW)).toBe(nameOf(SEED_MODEL, 2));
  expect(await indexes()).toEqual([[nameOf(SEED_MODEL, 2), true]]);
});

test('the index of a model that was changed for another goes once it holds nothing, though none is to be built', async () => {
  const client = await connect();
  await buildEmbeddingIndex(client, SEED_MODEL, FEW);
  await em.execute("update chunk set embedding_model = 'another'");
  expect(await buildEmbeddingIndex(client, 'another', FEW)).toBe(nameOf('another', 3));
  await em.execute('vacuum analyze chunk');

  expect(await buildEmbeddingIndex(client, 'another', FEW)).toBeNull();
  expect(await indexes()).toEqual([[nameOf('another', 3), true]]);
});

test('who looks after the index can be stopped before the database has answered', async () => {
  const { log, lines } = recordingLog('info');
  const stop = keepEmbeddingIndex({ url, log, model: SEED_MODEL });
  await stop();
  expect(lines).toEqual([]);
});

test('an embedding of another length, or of another model, is stored beside those that are indexed', async () => {
  await buildEmbeddingIndex(await connect(), SEED_MODEL, FEW);
  await say(5);
  await em.execute("update chunk set embedding_model = 'it''s another' where vector_dims(embedding) = 2");
  expect(await buildEmbeddingIndex(await connect(), SEED_MODEL, FEW)).toBe(nameOf(SEED_MODEL, 5));
});

test('more dimensions than an index takes are not indexed', async () => {
  expect(nameOf(SEED_MODEL, 4_000)).toBeDefined();
  expect(nameOf(SEED_MODEL, 4_001)).toBeUndefined();
  await say(4_001);
  expect(await buildEmbeddingIndex(await connect(), SEED_MODEL, FEW)).toBeNull();
});
