// A turn on PostgreSQL, from the mutation to the embedded reply, by how much its viewer has said before, and against the
// bare `pg` driver.
//
// Each size has a database and a server of its own; the smallest is the yardstick of the others. The floor is the very
// statements of such turns: a server whose statements are written down takes them on one database, and a process that
// knows `pg` and nothing else sends them, one after the other, to a copy of that database as it was before. So the floor's
// statements find, write and lock what the server's did, and what remains of a turn is what the server does between
// them. All take turns by rounds. CPU is of the process's main thread, and of PostgreSQL's processes.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Child, startChild } from '../child.ts';
import { connect, readOverSocket, send } from '../client.ts';
import { alone, compared, type Part, type Row } from '../report.ts';
import { type SeedSession, seed } from '../seed.ts';
import { type Endpoint, embedsMore, inFolder, type Server, startEndpoint, startServer, usedBy } from '../server.ts';
import { inTurn, median } from '../statistics.ts';
import { chance, oneOf, sentences } from '../texts.ts';
import { backendCpu } from './backend-cpu.ts';
import { type BenchDatabase, inDatabases } from './database.ts';

interface Size {
  what: string;
  sessions: SeedSession[];
  /** Against the smallest. */
  atMost: number | null;
}

/** What a turn costs, in µs of each process and ms. */
interface Cost {
  node: number;
  postgres: number;
  wallMs: number;
}

/** Takes so many turns. */
type Take = (turns: number) => Promise<Cost>;

interface Running {
  size: Size;
  through: Take;
  bare: Take;
  statements: number;
  stop(): Promise<unknown>;
}

const sizes = (quick: boolean): Size[] => {
  const [few, some, many, session] = quick ? [100, 200, 1_000, 100] : [1_000, 10_000, 100_000, 1_000];
  const of = (messages: number, crossSessionMemory = false) =>
    Array.from({ length: messages / session }, () => ({ messages: session, crossSessionMemory }));
  const named = (messages: number) => `${messages.toLocaleString('en')} messages, sessions of ${session}`;
  return [
    { what: named(few), sessions: of(few), atMost: null },
    { what: named(some), sessions: of(some), atMost: 1.2 },
    { what: named(many), sessions: of(many), atMost: 1.2 },
    { what: `${named(some)} that recall each other`, sessions: of(some, true), atMost: null },
  ];
};

export async function postgresTurn(quick: boolean): Promise<Part> {
  const plan: Plan = quick ? { warmUp: 3, rounds: 2, turns: 3 } : { warmUp: 20, rounds: 9, turns: 8 };
  return inFolder((folder) =>
    inDatabases(async (make) => {
      const endpoint = await startEndpoint();
      const begun = performance.now();
      const running: Running[] = [];
      for (const [at, size] of sizes(quick).entries()) {
        const statements = path.join(folder, `statements-${at}.jsonl`);
        const seeded = await make();
        const [sessionId = ''] = await seed(seeded.url, size.sessions, quick ? 20 : 300);
        running.push(await start({ size, endpoint, plan, seeded, sessionId, statements }));
      }
      const seconds = (performance.now() - begun) / 1000;
      for (const { through, bare } of running) await Promise.all([through(plan.warmUp), bare(plan.warmUp)]);
      const measured = await inTurn(plan.rounds, () =>
        inTurn(running.length, async (at) => measure(running[at], plan.turns)),
      );
      await Promise.all([...running, endpoint].map((each) => each.stop()));
      return report(running, measured, seconds);
    }),
  );
}

interface Plan {
  warmUp: number;
  rounds: number;
  /** Of each round. */
  turns: number;
}

type Pair = Record<'through' | 'bare', Cost>;

async function measure(running: Running | undefined, turns: number): Promise<Pair> {
  if (!running) throw new Error('There is no such size.');
  return { through: await running.through(turns), bare: await running.bare(turns) };
}

interface Stage {
  size: Size;
  endpoint: Endpoint;
  plan: Plan;
  seeded: BenchDatabase;
  sessionId: string;
  /** The file that holds what is recorded. */
  statements: string;
}

async function start({ size, endpoint, plan, seeded, sessionId, statements }: Stage): Promise<Running> {
  const copy = await seeded.copy();
  const preloads = [new URL('./record-statements.ts', import.meta.url)];
  const recording = await startServer(seeded.url, endpoint, { BENCH_STATEMENTS: statements }, preloads);
  const counts = await record(recording, sessionId, statements, plan);
  const server = await startServer(seeded.url, endpoint);
  const replayer = startChild(new URL('./replay.ts', import.meta.url), {
    DATABASE_URL: copy.url,
    BENCH_STATEMENTS: statements,
  });
  const turn = await turns(server, sessionId);
  return {
    size,
    through: (count) => costOf(server, seeded, count, () => inTurn(count, turn)),
    bare: (count) => costOf(replayer, copy, count, () => replay(replayer, sum(counts.splice(0, count)))),
    statements: median(counts.slice(plan.warmUp)),
    stop: () => Promise.all([server.stop(), replayer.stop()]),
  };
}

/** @returns how many statements each turn took: the first's are those of the start too */
async function record(server: Server, sessionId: string, file: string, { warmUp, rounds, turns: some }: Plan) {
  const recorded = () => readFileSync(file, 'utf8').split('\n').length - 1;
  const turn = await turns(server, sessionId);
  const until = await inTurn(warmUp + rounds * some, async () => {
    await turn();
    return recorded();
  });
  await server.stop();
  return until.map((count, at) => count - (until[at - 1] ?? 0));
}

/** One turn after the other, in one session: the same questions wherever it is. */
async function turns(server: Server, sessionId: string): Promise<() => Promise<void>> {
  const socket = await connect(server.url);
  const random = chance(3);
  const questions = sentences('USER', 50, random);
  return async () => {
    const embedded = embedsMore(server, 2);
    const { replyId } = await send(server.url, { sessionId, content: oneOf(questions, random) });
    await readOverSocket(socket, replyId).ended;
    await embedded;
  };
}

async function replay(replayer: Child, count: number): Promise<void> {
  replayer.lines.splice(0);
  const done = replayer.line('replayed');
  replayer.send({ replay: count });
  await done;
}

async function costOf(child: Child, database: BenchDatabase, count: number, work: () => Promise<unknown>) {
  const backendsBefore = await backendCpu(database);
  const begun = performance.now();
  const { mainCpu } = await usedBy(child, work);
  const wallMs = (performance.now() - begun) / count;
  return { node: mainCpu / count, postgres: ((await backendCpu(database)) - backendsBefore) / count, wallMs };
}

function report(running: readonly Running[], measured: readonly Pair[][], seconds: number): Part {
  const ms = (at: number, which: keyof Pair, of: 'node' | 'postgres' | 'both') =>
    measured.map((round) => {
      const { node = Number.NaN, postgres = Number.NaN } = round[at]?.[which] ?? {};
      return (of === 'node' ? node : of === 'postgres' ? postgres : node + postgres) / 1000;
    });
  const bySize = (of: 'node' | 'postgres', name: string): Row[] =>
    running.map(({ size: { what, atMost } }, at) => {
      const ours = ms(at, 'through', of);
      if (at === 0) return alone(`${name}, ${what}`, ours, 'ms');
      return compared(`${name}, ${what}`, { ours, yardstick: ms(0, 'through', of), unit: 'ms', atMost });
    });
  const byFloor = (of: 'node' | 'postgres' | 'both', name: string): Row[] =>
    running.map(({ size }, at) =>
      compared(`${name} against bare pg, ${size.what}`, {
        ours: ms(at, 'through', of),
        yardstick: ms(at, 'bare', of),
        unit: 'ms',
      }),
    );
  const wall = (which: keyof Pair) =>
    running.map((_, at) => median(measured.map((round) => round[at]?.[which].wallMs ?? Number.NaN)).toFixed(0));
  return {
    title: 'CPU of a turn on PostgreSQL',
    rows: [
      ...bySize('node', 'server'),
      ...bySize('postgres', 'PostgreSQL'),
      ...byFloor('node', 'server'),
      ...byFloor('postgres', 'PostgreSQL'),
      ...byFloor('both', 'both'),
    ],
    remarks: [
      `Statements of a turn and its embedding, in this order: ${running.map(({ statements }) => statements).join(', ')}.`,
      `By the clock, with the embedding model: ${wall('through').join(', ')} ms; bare ${wall('bare').join(', ')} ms.`,
      `Seeding, copying and recording took ${seconds.toFixed(0)} s.`,
    ],
  };
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
