// Turns of many viewers at once, on one server process and on three over the same database.
//
// Each viewer has a session, and sends a message when the reply to the last has ended, to a process of its own choice at
// each turn; memory is on, and the endpoint embeds, so that no embedding model is measured. Both kinds take turns by
// rounds, on two databases of the same make. What is compared is the CPU of a turn, of all server processes together: what
// it costs that they share a database, which is independent of how many cores there are. How many turns there are in a
// second says more of the machine, on whose cores the model's endpoint, PostgreSQL and the driver run too.
import { setTimeout as delay } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { ask } from '../client.ts';
import { alone, compared, type Part } from '../report.ts';
import { type Endpoint, type Server, startEndpoint, startServer } from '../server.ts';
import { inTurn } from '../statistics.ts';
import { chance, oneOf, sentences } from '../texts.ts';
import { backendCpu } from './backend-cpu.ts';
import { type BenchDatabase, inDatabases, migrate } from './database.ts';

const SECRET = 'a secret of this benchmark and of nothing else';
const SEND =
  'mutation Send($input: SendMessageInput!) { sendMessage(input: $input) { session { id } reply { status } } }';

const IDLE_MS = 5_000;

interface Viewer {
  token: string;
  sessionId: string | null;
}

interface Stage {
  servers: Server[];
  database: BenchDatabase;
  viewers: Viewer[];
}

/** Of a turn; CPU in ms. */
interface Cost {
  node: number;
  postgres: number;
  perSecond: number;
}

export async function postgresProcesses(quick: boolean): Promise<Part> {
  const [viewers, turns, rounds] = quick ? [4, 2, 1] : [24, 5, 7];
  return inDatabases(async (make) => {
    const endpoint = await startEndpoint();
    const stages = await inTurn(2, async (at) => start(await make(), endpoint, at === 0 ? 1 : 3, viewers));
    // Each process has its own code to warm up.
    for (const stage of stages) await measure(stage, turns * stage.servers.length);
    const idle = await inTurn(stages.length, (at) => idleCost(stages[at]));
    const measured = await inTurn(rounds, () => inTurn(stages.length, (at) => measure(stages[at], turns)));
    await Promise.all([endpoint, ...stages.flatMap(({ servers }) => servers)].map((child) => child.stop()));

    const of = (at: number, which: keyof Cost) => measured.map((round) => round[at]?.[which] ?? Number.NaN);
    const three = (what: string, which: keyof Cost, unit: string, atMost: number | null = null) =>
      compared(`${what}, 3 processes against 1`, { ours: of(1, which), yardstick: of(0, which), unit, atMost });
    return {
      title: `Turns of ${viewers} viewers at once, on 1 and 3 processes`,
      rows: [
        three('CPU of a turn, server processes', 'node', 'ms', 1.2),
        three('CPU of a turn, PostgreSQL', 'postgres', 'ms', 1.2),
        three('turns in a second', 'perSecond', ''),
        alone('CPU that the servers used at once, 1 process', busy(measured, 0), 'cores'),
        alone('CPU that the servers used at once, 3 processes', busy(measured, 1), 'cores'),
      ],
      remarks: [
        `Idle, the server processes use ${idle.map((ms) => ms.toFixed(1)).join(' and ')} ms of CPU in a second, 1 and 3 of them.`,
        'Embedding the messages is counted where it comes before the end of the round.',
      ],
    };
  });
}

const busy = (measured: readonly Cost[][], at: number) =>
  measured.map((round) => ((round[at]?.node ?? Number.NaN) * (round[at]?.perSecond ?? Number.NaN)) / 1000);

async function start(database: BenchDatabase, endpoint: Endpoint, processes: number, viewers: number): Promise<Stage> {
  await migrate(database);
  const env = { AUTH_JWT_SECRET: SECRET, EMBEDDINGS: 'openai', EMBEDDING_MODEL: 'instant', DATABASE_POOL_SIZE: '8' };
  const servers = await inTurn(processes, () => startServer(database.url, endpoint, env));
  return { servers, database, viewers: await inTurn(viewers, newViewer) };
}

async function newViewer(at: number): Promise<Viewer> {
  const token = new SignJWT({ sub: `viewer ${at}` }).setProtectedHeader({ alg: 'HS256', typ: 'JWT' });
  return {
    token: await token.setExpirationTime('1d').sign(new TextEncoder().encode(SECRET)),
    sessionId: null,
  };
}

async function measure(stage: Stage | undefined, turns: number): Promise<Cost> {
  if (!stage) throw new Error('There are no such processes.');
  const { database, viewers } = stage;
  const [nodeBefore, postgresBefore] = [await usedByAll(stage), await backendCpu(database)];
  const begun = performance.now();
  await Promise.all(viewers.map((viewer, at) => take(stage, viewer, at, turns)));
  const seconds = (performance.now() - begun) / 1000;
  const count = viewers.length * turns;
  return {
    node: ((await usedByAll(stage)) - nodeBefore) / count / 1000,
    postgres: ((await backendCpu(database)) - postgresBefore) / count / 1000,
    perSecond: count / seconds,
  };
}

/** In ms, in a second. */
async function idleCost(stage: Stage | undefined): Promise<number> {
  if (!stage) return Number.NaN;
  const before = await usedByAll(stage);
  await delay(IDLE_MS);
  return ((await usedByAll(stage)) - before) / IDLE_MS;
}

const usedByAll = async ({ servers }: Stage) =>
  sum((await Promise.all(servers.map((server) => server.used()))).map(({ processCpu }) => processCpu));

async function take({ servers }: Stage, viewer: Viewer, at: number, turns: number): Promise<void> {
  type Sent = { sendMessage: { session: { id: string }; reply: { status: string } } };
  const random = chance(at);
  const said = sentences('USER', 20, random);
  for (let turn = 0; turn < turns; turn++) {
    const { sessionId } = viewer;
    const server = servers[(at + turn) % servers.length];
    const input = { content: oneOf(said, random), wait: true, ...(sessionId ? { sessionId } : { newSession: {} }) };
    const { sendMessage } = await ask<Sent>(server?.url ?? '', SEND, { input }, viewer.token);
    if (sendMessage.reply.status !== 'COMPLETE') throw new Error(`A reply is ${sendMessage.reply.status}.`);
    viewer.sessionId = sendMessage.session.id;
  }
}

const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0);
