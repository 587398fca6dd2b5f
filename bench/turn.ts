// Server CPU of a whole turn, from the mutation to the embedded reply, by how much its viewer has said before.
//
// Each size has a database and a server of its own, as a person would who had said so much; they take turns by rounds of
// the same questions in the same run. The yardstick is the smallest. What is compared is the main thread, where all work
// is done but the embedding model's: that takes the same for any size and so much more than the rest that a ratio of
// sums would say nothing. It is shown beside.
import path from 'node:path';
import { connect, readOverSocket, send } from './client.ts';
import { alone, compared, type Part } from './report.ts';
import type { Used } from './report-cpu.ts';
import { type SeedSession, seed } from './seed.ts';
import { type Endpoint, embedsMore, inFolder, type Server, startEndpoint, startServer, usedBy } from './server.ts';
import { inTurn, median } from './statistics.ts';
import { chance, oneOf, sentences } from './texts.ts';

interface Size {
  what: string;
  sessions: SeedSession[];
  /** Each turn in another session, none of them twice: what the server keeps of a session in memory is of no use. */
  isCold?: boolean;
  atMost: number | null;
}

interface Running extends Size {
  server: Server;
  turn(): Promise<void>;
}

const sizes = (quick: boolean): Size[] => {
  const [some, many, session] = quick ? [200, 1_000, 100] : [10_000, 100_000, 1_000];
  const of = (messages: number, crossSessionMemory = false) =>
    Array.from({ length: messages / session }, () => ({ messages: session, crossSessionMemory }));
  const [someText, manyText] = [some.toLocaleString('en'), many.toLocaleString('en')];
  return [
    { what: '100 messages, one session', sessions: [{ messages: 100 }], atMost: null },
    { what: `${someText} messages, sessions of ${session}`, sessions: of(some), atMost: 1.2 },
    { what: `${manyText} messages, sessions of ${session}`, sessions: of(many), atMost: 1.2 },
    { what: `${manyText} messages, each turn in another session`, sessions: of(many), isCold: true, atMost: null },
    {
      what: `${someText} messages, sessions of ${session} that recall each other`,
      sessions: of(some, true),
      atMost: null,
    },
    { what: `one session of ${someText}`, sessions: [{ messages: some }], atMost: null },
  ];
};

export async function turn(quick: boolean): Promise<Part> {
  const [rounds, turns] = quick ? [2, 3] : [9, 8];
  return inFolder(async (folder) => {
    const endpoint = await startEndpoint();
    const begun = performance.now();
    const started = await startServers(folder, sizes(quick), endpoint, quick ? 20 : 300);
    const seconds = (performance.now() - begun) / 1000;
    const running = await Promise.all(started.map(({ size, ...rest }) => withTurns(size, rest)));
    for (const each of running) await measure(each, quick ? 3 : 20);
    const measured = await inTurn(rounds, () => inTurn(running.length, (at) => measure(running[at], turns)));
    const servers = new Set(running.map(({ server }) => server));
    await Promise.all([...servers, endpoint].map((child) => child.stop()));

    const of = (at: number, which: keyof Cost) => measured.map((round) => (round[at]?.[which] ?? Number.NaN) / 1000);
    const rows = running.map(({ what, atMost }, at) =>
      at === 0
        ? alone(what, of(at, 'mainCpu'), 'ms')
        : compared(what, { ours: of(at, 'mainCpu'), yardstick: of(0, 'mainCpu'), unit: 'ms', atMost }),
    );
    const totals = running.map((_, at) => median(of(at, 'processCpu')).toFixed(0));
    return {
      title: 'Server CPU of a turn',
      rows,
      remarks: [
        `With the embedding model's thread, in this order: ${totals.join(', ')} ms.`,
        `Seeding all of it and starting the servers took ${seconds.toFixed(0)} s.`,
      ],
    };
  });
}

interface Started {
  server: Server;
  sessionIds: string[];
}

/** One server for each different set of sessions. */
async function startServers(folder: string, sizes: readonly Size[], endpoint: Endpoint, poolSize: number) {
  const started = new Map<string, Started>();
  for (const { sessions } of sizes) {
    const key = JSON.stringify(sessions);
    if (started.has(key)) continue;
    const file = path.join(folder, `turn-${started.size}.db`);
    const sessionIds = await seed(`sqlite:${file}`, sessions, poolSize);
    started.set(key, { server: await startServer(`sqlite:${file}`, endpoint), sessionIds });
  }
  return sizes.flatMap((size) => {
    const server = started.get(JSON.stringify(size.sessions));
    return server ? [{ size, ...server }] : [];
  });
}

async function withTurns(size: Size, { server, sessionIds }: Started): Promise<Running> {
  const socket = await connect(server.url);
  const random = chance(3);
  const questions = sentences('USER', 50, random);
  const [first, ...others] = sessionIds;
  let next = 0;
  const turn = async () => {
    const sessionId = size.isCold ? others[next++ % others.length] : first;
    const embedded = embedsMore(server, 2);
    const { replyId } = await send(server.url, { sessionId, content: oneOf(questions, random) });
    await readOverSocket(socket, replyId).ended;
    await embedded;
  };
  return { ...size, server, turn };
}

type Cost = Pick<Used, 'mainCpu' | 'processCpu'>;

async function measure(running: Running | undefined, turns: number): Promise<Cost> {
  if (!running) throw new Error('There is no such size.');
  const { mainCpu, processCpu } = await usedBy(running.server, () => inTurn(turns, running.turn));
  return { mainCpu: mainCpu / turns, processCpu: processCpu / turns };
}
