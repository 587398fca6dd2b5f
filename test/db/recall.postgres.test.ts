import { CompiledQuery } from 'kysely';
import { Client } from 'pg';
import { v7 } from 'uuid';
import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { db, type Em, forkEm, type Orm } from '../../src/db/orm.ts';
import { buildEmbeddingIndex, dropEmbeddingIndex } from '../../src/memory/index/build-embedding-index.ts';
import { type EmbeddingIndex, embeddingIndex } from '../../src/memory/search/embedding-index.ts';
import { retrieve, score } from '../../src/memory/search/retrieve.ts';
import { ScopeCache } from '../../src/memory/search/scope-cache.ts';
import {
  DIMENSIONS,
  embeddingsBy,
  insertManyChunks,
  MANY_MODEL,
  type ManyChunks,
  numbers,
  rounded,
  textsBy,
} from '../support/many-chunks.ts';
import { isPglite, openTestOrm, testDialect } from '../support/test-database.ts';

const hasServer = testDialect === 'postgres' && !isPglite;
const QUESTIONS = 20;
const LIMIT = 10;

let orm: Orm;
let em: Em;
let close = async () => {};
let index: EmbeddingIndex;
/** By how many chunks they have. */
const sessions = new Map<number, ManyChunks>();
let questions: Float32Array[];

beforeAll(async () => {
  if (!hasServer) return;
  ({ orm, close } = await openTestOrm());
  em = forkEm(orm);
  const random = numbers(1);
  const [embedding, text] = [embeddingsBy(random), textsBy(random)];
  let said = 0;
  const session = (userId: string, length: number): ManyChunks => ({
    ...{ userId, sessionId: v7() },
    texts: Array.from({ length }, () => text(said++)),
    embeddings: Array.from({ length }, () => rounded(embedding())),
  });
  for (const length of [20, 200, 2_000, 10_000, 20_000]) sessions.set(length, session('alice', length));
  const others = Array.from({ length: 10 }, () => session('bob', 1_778));
  await insertManyChunks(em, [...sessions.values(), ...others]);
  questions = Array.from({ length: QUESTIONS }, embedding);

  const found = embeddingIndex(MANY_MODEL, DIMENSIONS);
  if (!found) throw new Error('So many dimensions can be indexed.');
  index = found;
  await buildEmbeddingIndex(em, index);
}, 120_000);

afterAll(async () => {
  if (hasServer) await dropEmbeddingIndex(em, index.name);
  await close();
}, 60_000);

beforeEach(({ skip }) => skip(!hasServer, 'TEST_DATABASE_URL names no PostgreSQL server'));

const chunksOf = (length: number): ManyChunks => {
  const session = sessions.get(length);
  if (!session) throw new Error('There is no session of this length.');
  return session;
};

/** What is nearest to the question, by comparing with each; what is turned away from it, nothing speaks for. */
function nearest({ embeddings }: ManyChunks, question: Float32Array): number[] {
  const dot = (a: Float32Array, b: Float32Array) => a.reduce((sum, x, at) => sum + x * (b[at] ?? 0), 0);
  const length = (a: Float32Array) => Math.sqrt(dot(a, a));
  const cosines = embeddings.map((embedding) => dot(embedding, question) / (length(embedding) * length(question)));
  const likely = cosines.flatMap((cosine, at) => (cosine > 0 ? [at] : []));
  return likely.sort((a, b) => (cosines[b] ?? 0) - (cosines[a] ?? 0)).slice(0, LIMIT);
}

/** What production scores highest. Where no word of the question speaks for anything, that is what is nearest. */
async function best({ sessionId }: ManyChunks, vector: Float32Array, inside: Em, question = 'Hm?'): Promise<number[]> {
  const embedding = { vector, model: MANY_MODEL };
  const asked = { userId: 'alice', question, previousTurn: null, embedding, limit: LIMIT };
  const { scored } = await score({ em: inside, scopes }, asked, { sessionIds: [sessionId] });
  return scored
    .sort((a, b) => b.score - a.score)
    .slice(0, LIMIT)
    .map(({ chunk }) => chunk.seq - 1);
}
const scopes = new ScopeCache();

/** The share of the nearest that is found, over all questions. */
async function recallOf(session: ManyChunks, inside: Em = em): Promise<number> {
  let [wanted, found] = [0, 0];
  for (const question of questions) {
    const there = new Set(await best(session, question, inside));
    const expected = nearest(session, question);
    wanted += expected.length;
    found += expected.filter((at) => there.has(at)).length;
  }
  return found / wanted;
}

/** With nothing but indexes to read by, each of them cheap. */
const tempted = <T>(run: (inside: Em) => Promise<T>): Promise<T> =>
  em.transactional(async (inside) => {
    for (const way of ['seqscan', 'sort', 'bitmapscan', 'hashjoin', 'mergejoin', 'material']) {
      await inside.execute(`set local enable_${way} = off`);
    }
    await inside.execute('set local random_page_cost = 0.1');
    return run(inside);
  });

test.each([20, 200, 2_000, 10_000])('of a session of %i chunks, all the nearest are found', async (length) => {
  expect(await recallOf(chunksOf(length))).toBe(1);
  expect(await tempted((inside) => recallOf(chunksOf(length), inside))).toBe(1);
});

test('of a wider session, as good as all the nearest are found by the index', async () => {
  expect(await recallOf(chunksOf(20_000))).toBeGreaterThanOrEqual(0.99);
});

test('without the index, a wider session is searched among what its words found', async () => {
  const session = chunksOf(20_000);
  const [question = new Float32Array()] = questions;
  const [first = -1] = nearest(session, question);
  await em.execute('update pg_index set indisvalid = false where indexrelid = to_regclass(?)', [index.name]);
  expect(await best(session, question, em)).not.toContain(first);
  expect((await best(session, question, em, `What of ${session.texts[first]}`))[0]).toBe(first);
  await em.execute('update pg_index set indisvalid = true where indexrelid = to_regclass(?)', [index.name]);
});

interface Step {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  Plans?: Step[];
}

interface Explained {
  'QUERY PLAN': { Plan: Step }[];
}

/** The steps of every statement that a search runs, as `inside` plans them. */
async function stepsOf(search: (inside: Em) => Promise<unknown>, inside: Em = em): Promise<Step[]> {
  const query = vi.spyOn(Client.prototype, 'query');
  await search(inside);
  const calls: unknown[][] = query.mock.calls.map((call) => [...call]);
  query.mockRestore();
  const steps: Step[] = [];
  const read = (step: Step): void => {
    steps.push(step);
    for (const each of step.Plans ?? []) read(each);
  };
  for (const [sql, values] of calls) {
    if (typeof sql !== 'string' || !Array.isArray(values) || !/^\s*(select|with)/i.test(sql)) continue;
    const explain = CompiledQuery.raw(`explain (format json) ${sql}`, values);
    const { rows } = await db(inside).executeQuery<Explained>(explain);
    for (const { Plan } of rows.flatMap((row) => row['QUERY PLAN'])) read(Plan);
  }
  return steps;
}

const scans = (steps: readonly Step[]) =>
  steps
    .filter((step) => step['Node Type'] === 'Seq Scan' && /^chunk/.test(step['Relation Name'] ?? ''))
    .map((step) => step['Relation Name']);
const usesIndex = (steps: readonly Step[]) => steps.some((step) => step['Index Name'] === index.name);

const search = (length: number) => (inside: Em) => {
  const vector = questions[0] ?? new Float32Array();
  const asked = { userId: 'alice', question: 'What of topic7 and topic9?', previousTurn: null, limit: LIMIT };
  const sessionIds = [chunksOf(length).sessionId];
  return retrieve({ em: inside, scopes }, { ...asked, sessionIds, embedding: { vector, model: MANY_MODEL } });
};

test.each([20, 200, 2_000, 10_000])('a session of %i chunks is not searched by the index', async (length) => {
  const steps = await stepsOf(search(length));
  expect(steps.length).toBeGreaterThan(10);
  expect(usesIndex(steps)).toBe(false);
  expect(usesIndex(await tempted((inside) => stepsOf(search(length), inside)))).toBe(false);
});

test('a wider session is searched by the index', async () => {
  expect(usesIndex(await stepsOf(search(20_000)))).toBe(true);
});

test.each([20, 200, 2_000, 10_000, 20_000])(
  'of a session of %i chunks no table is read from end to end',
  async (length) => {
    expect(scans(await stepsOf(search(length)))).toEqual([]);
  },
);
