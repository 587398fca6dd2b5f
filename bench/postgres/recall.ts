// A search of memory on PostgreSQL, by how much its viewer has said before, in sessions of the same length: against the
// same statements, with the same values, sent by the bare driver, and against itself with the least to remember.
//
// What the server takes is in the time of both, so the process's CPU is shown apart. What the process keeps of a session
// is there already, as between the turns of a conversation; the question is embedded already too.
import { Client } from 'pg';
import { built } from '../built.ts';
import { compared, type Part, type Row } from '../report.ts';
import { seed } from '../seed.ts';
import { VIEWER } from '../seed-rows.ts';
import { inTurn } from '../statistics.ts';
import { chance, sentences } from '../texts.ts';
import { type BenchDatabase, inDatabases } from './database.ts';
import { onStatement, type Statement } from './on-statement.ts';

const { entities }: typeof import('../../src/entities.ts') = await import(built('entities.js'));
const { forkEm, openOrm }: typeof import('../../src/db/orm.ts') = await import(built('db/orm.js'));
const { retrieve }: typeof import('../../src/memory/search/retrieve.ts') = await import(
  built('memory/search/retrieve.js')
);
const { ScopeCache }: typeof import('../../src/memory/search/scope-cache.ts') = await import(
  built('memory/search/scope-cache.js')
);
const { LocalEmbedder }: typeof import('../../src/models/local-embedder.ts') = await import(
  built('models/local-embedder.js')
);

const TITLE = 'A search of memory on PostgreSQL';
const QUESTIONS = 20;
const LIMIT = 40;
const AT_MOST = 1.5;
const GROWS_AT_MOST = 1.2;

interface Cost {
  cpuMs: number;
  wallMs: number;
}

interface Size {
  messages: number;
  /** Both on the same questions; the costs are of one search. */
  measure(): Promise<{ ours: Cost; bare: Cost }>;
  statements: number;
}

export async function postgresRecall(quick: boolean): Promise<Part> {
  const [rounds, session, ...messages] = quick ? [3, 100, 100, 300, 1_000] : [25, 1_000, 1_000, 10_000, 100_000];
  const questions = await embedded(sentences('USER', QUESTIONS, chance(4)), quick);
  const measured = await inDatabases((make) =>
    withSizes(make, messages, { session, quick, questions }, async (sizes) => {
      for (const size of sizes) await inTurn(3, () => size.measure());
      return { sizes, rounds: await inTurn(rounds, () => inTurn(sizes.length, (at) => measureOf(sizes, at))) };
    }),
  );
  return {
    title: TITLE,
    rows: rowsOf(measured),
    remarks: [`Statements of a search: ${measured.sizes[0]?.statements}.`],
  };
}

interface Question {
  text: string;
  embedding: { vector: Float32Array; model: string };
}

async function embedded(texts: string[], quick: boolean): Promise<Question[]> {
  const embedder = new LocalEmbedder();
  const asked = quick ? texts.slice(0, 3) : texts;
  const { vectors } = await embedder.embed(asked, AbortSignal.timeout(60_000));
  await embedder.close();
  return asked.map((text, at) => ({
    text,
    embedding: { vector: vectors[at] ?? new Float32Array(), model: embedder.model },
  }));
}

type Setting = { session: number; quick: boolean; questions: readonly Question[] };

/** All of the sizes are there at once, so that they can take turns. */
async function withSizes<T>(
  make: () => Promise<BenchDatabase>,
  [messages, ...others]: number[],
  setting: Setting,
  use: (sizes: Size[]) => Promise<T>,
): Promise<T> {
  if (messages === undefined) return use([]);
  const { session, quick, questions } = setting;
  const sessions = Array.from({ length: messages / session }, () => ({ messages: session }));
  const { url } = await make();
  const [sessionId = ''] = await seed(url, sessions, quick ? 20 : 300);
  const orm = await openOrm(url, entities);
  const bare = new Client({ connectionString: url });
  await bare.connect();
  try {
    const size = await sizeOf({ messages, em: forkEm(orm), bare, sessionId, questions });
    return await withSizes(make, others, setting, (more) => use([size, ...more]));
  } finally {
    await bare.end();
    await orm.close(true);
  }
}

async function sizeOf(of: {
  messages: number;
  em: ReturnType<typeof forkEm>;
  bare: Client;
  sessionId: string;
  questions: readonly Question[];
}): Promise<Size> {
  const ctx = { em: of.em, scopes: new ScopeCache() };
  const asked = { userId: VIEWER, sessionIds: [of.sessionId], previousTurn: null, limit: LIMIT };
  const search = ({ text, embedding }: Question) => retrieve(ctx, { ...asked, question: text, embedding });
  await inTurn(of.questions.length, (at) => search(questionOf(of.questions, at)));
  const recorded = await inTurn(of.questions.length, (at) => statementsOf(() => search(questionOf(of.questions, at))));
  const replay = async (statements: readonly Statement[] = []) => {
    for (const { text, values } of statements) await of.bare.query(text, values);
  };
  return {
    messages: of.messages,
    statements: recorded[0]?.length ?? 0,
    measure: async () => ({
      ours: await costOf(of.questions.length, (at) => search(questionOf(of.questions, at))),
      bare: await costOf(of.questions.length, (at) => replay(recorded[at])),
    }),
  };
}

/** The statements that `work` sends to the server by the driver, in order. */
async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const stop = onStatement(({ statement }) => {
    statements.push(statement);
  });
  try {
    await work();
  } finally {
    stop();
  }
  return statements;
}

function questionOf(questions: readonly Question[], at: number): Question {
  const question = questions[at];
  if (!question) throw new Error('There is no such question.');
  return question;
}

async function costOf(times: number, run: (at: number) => Promise<unknown>): Promise<Cost> {
  const [cpu, begun] = [process.cpuUsage(), performance.now()];
  await inTurn(times, run);
  const { user, system } = process.cpuUsage(cpu);
  return { cpuMs: (user + system) / 1000 / times, wallMs: (performance.now() - begun) / times };
}

function measureOf(sizes: readonly Size[], at: number) {
  const size = sizes[at];
  if (!size) throw new Error('There is no such size.');
  return size.measure();
}

type Measured = { sizes: Size[]; rounds: { ours: Cost; bare: Cost }[][] };

function rowsOf({ sizes, rounds }: Measured): Row[] {
  const of = (at: number, who: 'ours' | 'bare', what: keyof Cost) =>
    rounds.map((round) => round[at]?.[who][what] ?? Number.NaN);
  const against = (what: string, ours: number[], yardstick: number[], atMost: number) =>
    compared(what, { ours, yardstick, unit: 'ms', atMost });
  const named = (at: number) => `${sizes[at]?.messages.toLocaleString('en')} messages`;
  const all = sizes.map((_, at) => at);
  return [
    ...all.map((at) =>
      against(`${named(at)}: until it is done`, of(at, 'ours', 'wallMs'), of(at, 'bare', 'wallMs'), AT_MOST),
    ),
    ...all.map((at) =>
      against(`${named(at)}: CPU of the process`, of(at, 'ours', 'cpuMs'), of(at, 'bare', 'cpuMs'), AT_MOST),
    ),
    ...all
      .slice(1)
      .flatMap((at) => [
        against(
          `${named(at)} against ${named(0)}: until it is done`,
          of(at, 'ours', 'wallMs'),
          of(0, 'ours', 'wallMs'),
          GROWS_AT_MOST,
        ),
        against(
          `${named(at)} against ${named(0)}: CPU`,
          of(at, 'ours', 'cpuMs'),
          of(0, 'ours', 'cpuMs'),
          GROWS_AT_MOST,
        ),
      ]),
  ];
}
