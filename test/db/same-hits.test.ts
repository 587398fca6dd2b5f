import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Em, forkEm, type Orm, openOrm } from '../../src/db/orm.ts';
import { entities } from '../../src/entities.ts';
import { type RetrieveQuery, retrieve } from '../../src/memory/search/retrieve.ts';
import { ScopeCache } from '../../src/memory/search/scope-cache.ts';
import { embeddingsBy, numbers } from '../support/many-chunks.ts';
import { type Said, SEED_MODEL, seedMessages, seedSession } from '../support/memory-seed.ts';
import { delegating, running, sleep } from '../support/six-weeks.ts';
import { openTestOrm, testDialect } from '../support/test-database.ts';

/** The same words and embeddings, said in each of the databases. */
interface Told {
  em: Em;
  scopes: ScopeCache;
  sessionIds: string[];
  messageIds: string[];
}

const isPostgres = testDialect === 'postgres';
let close = async () => {};
let sqlite: Orm;
let told: Told[] = [];
let embeddings: Float32Array[];

beforeAll(async () => {
  if (!isPostgres) return;
  const postgres = await openTestOrm();
  sqlite = await openOrm('sqlite::memory:', entities);
  close = async () => {
    await postgres.close();
    await sqlite.close(true);
  };
  const embedding = embeddingsBy(numbers(7));
  const conversations = [running, sleep, delegating].map((said) => conversation(said, embedding));
  embeddings = Array.from({ length: 5 }, embedding);
  told = await Promise.all([postgres.orm, sqlite].map((orm) => tell(forkEm(orm), conversations)));
}, 60_000);

afterAll(() => close());

beforeEach(({ skip }) => skip(!isPostgres, 'TEST_DATABASE_URL names no PostgreSQL to compare SQLite with'));

/** With what makes ties and what is not compared: the same text twice, replies, a speaker, chunks not embedded yet. */
function conversation(said: readonly Said[], embedding: () => Float32Array): Said[] {
  return said.flatMap((each, at): Said[] => [
    { ...each, ...(at % 7 === 6 ? {} : { embedding: embedding() }) },
    { ...(each.on && { on: each.on }), role: 'ASSISTANT', text: `I hear you. ${each.text}`, embedding: embedding() },
    { text: at % 3 === 0 ? 'I ran again, and it was fine.' : 'Yes, four hours.', speaker: 'Mira' },
  ]);
}

async function tell(em: Em, conversations: readonly Said[][]): Promise<Told> {
  const here: Told = { em, scopes: new ScopeCache(), sessionIds: [], messageIds: [] };
  for (const said of conversations) {
    const sessionId = await seedSession(em, 'alice');
    here.sessionIds.push(sessionId);
    here.messageIds.push(...(await seedMessages(em, sessionId, said)));
  }
  return here;
}

type Asked = Partial<RetrieveQuery> & { question: string };

async function hitsOf({ em, scopes, sessionIds, messageIds }: Told, { sessions, known, ...asked }: Question) {
  const query = { userId: 'alice', sessionIds: sessionIds.slice(0, sessions), previousTurn: null, embedding: null };
  const knownIds = new Set(messageIds.slice(0, known));
  const hits = await retrieve({ em, scopes }, { ...query, limit: 12, inSightMessageIds: knownIds, ...asked });
  return hits.map(({ sessionId, messageId, score, ...hit }) => ({
    ...hit,
    session: sessionIds.indexOf(sessionId),
    message: messageIds.indexOf(messageId),
    score,
  }));
}

interface Question extends Asked {
  /** How many of the sessions are searched. */
  sessions: number;
  /** How many of the first messages are in sight. */
  known: number;
}

const QUESTIONS: Asked[] = [
  { question: 'How far did I run?' },
  { question: 'When did I last sleep well?' },
  { question: 'What happened on 12 April?' },
  { question: 'What did you tell me about my phone?' },
  { question: 'How long did Mira run?' },
  { question: 'And why?', previousTurn: 'I skipped both runs this week because of my son.' },
  { question: 'Whom may I ask to take over?', limit: 3 },
  { question: 'Hm?' },
];

test.each(QUESTIONS)('both databases answer "$question" with the same hits and scores', async (asked) => {
  const [postgres, lite] = told;
  if (!postgres || !lite) throw new Error('Nothing was told.');
  let found = 0;
  for (const sessions of [1, 3]) {
    for (const known of [0, 9]) {
      for (const vector of [null, ...embeddings]) {
        const embedding = vector && { vector, model: SEED_MODEL };
        const question = { ...asked, sessions, known, embedding };
        const hits = await hitsOf(postgres, question);
        const expected = await hitsOf(lite, question);
        expect(hits).toEqual(expected.map((hit) => ({ ...hit, score: expect.closeTo(hit.score, 5) })));
        found += hits.length;
      }
    }
  }
  expect(found).toBeGreaterThan(20);
});
