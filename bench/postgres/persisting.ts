// What it costs that a reply is stored while it is written: CPU per delta against the same server whose replies stay in
// memory until they end.
//
// Two servers for each database, side by side; many replies are written at once, each with a reader over a WebSocket, at
// the same pace, in turns. A server that needs 1.11 times the CPU for a delta passes on 0.9 of the deltas in the same CPU time. The cost of
// PostgreSQL's own processes is shown beside: per delta, not as a ratio, because without storing they do next to nothing.
import path from 'node:path';
import { openReplies, PER_SECOND, write } from '../replies.ts';
import { alone, compared, type Part } from '../report.ts';
import { type Endpoint, inFolder, type Server, startEndpoint, startServer, usedBy } from '../server.ts';
import { inTurn } from '../statistics.ts';
import { backendCpu } from './backend-cpu.ts';
import { type BenchDatabase, inDatabases, migrate, postgresUrl } from './database.ts';

const MEMORY_ONLY = new URL('../memory-only.ts', import.meta.url);
const AT_LEAST = 0.9;

interface Contestant {
  /** Null: SQLite. */
  database: BenchDatabase | null;
  server: Server;
}

/** Of a delta, in µs. */
interface Cost {
  node: number;
  postgres: number;
}

export async function persisting(quick: boolean): Promise<Part> {
  const [replies, deltas, rounds] = quick ? [10, 25, 1] : [100, 200, 5];
  return inFolder((folder) =>
    inDatabases(async (make) => {
      const endpoint = await startEndpoint();
      const contestants = [
        ...(await onSqlite(folder, endpoint)),
        ...(postgresUrl ? await onPostgres(make, endpoint) : []),
      ];
      const measureAll = (some: number) =>
        inTurn(contestants.length, (at) => measure(contestants[at], endpoint, replies, some));
      await measureAll(Math.ceil(deltas / 4));
      const measured = await inTurn(rounds, () => measureAll(deltas));
      await Promise.all([endpoint, ...contestants.map(({ server }) => server)].map((child) => child.stop()));

      const of = (at: number, which: keyof Cost) => measured.map((round) => round[at]?.[which] ?? Number.NaN);
      const row = (what: string, stored: number, inMemory: number) =>
        compared(what, {
          ours: of(stored, 'node'),
          yardstick: of(inMemory, 'node'),
          unit: 'µs',
          atMost: Number((1 / AT_LEAST).toFixed(2)),
        });
      return {
        title: `CPU per delta, stored as it comes against in memory only, ${replies} replies of ${PER_SECOND} deltas a second`,
        rows: [
          row('server on SQLite', 0, 1),
          ...(postgresUrl
            ? [
                row('server on PostgreSQL', 2, 3),
                alone("PostgreSQL's processes, stored", of(2, 'postgres'), 'µs'),
                alone("PostgreSQL's processes, in memory only", of(3, 'postgres'), 'µs'),
              ]
            : []),
        ],
        remarks: [`${AT_LEAST} of the throughput is ${(1 / AT_LEAST).toFixed(2)} times the CPU.`],
      };
    }),
  );
}

async function onSqlite(folder: string, endpoint: Endpoint): Promise<Contestant[]> {
  const start = (name: string, preloads: URL[]) =>
    startServer(`sqlite:${path.join(folder, name)}`, endpoint, {}, preloads);
  return [
    { database: null, server: await start('stored.db', []) },
    { database: null, server: await start('in-memory.db', [MEMORY_ONLY]) },
  ];
}

function onPostgres(make: () => Promise<BenchDatabase>, endpoint: Endpoint): Promise<Contestant[]> {
  return inTurn(2, async (at) => {
    const database = await make();
    await migrate(database);
    return { database, server: await startServer(database.url, endpoint, {}, at === 0 ? [] : [MEMORY_ONLY]) };
  });
}

async function measure(contestant: Contestant | undefined, endpoint: Endpoint, replies: number, deltas: number) {
  if (!contestant) throw new Error('There is no such server.');
  const { database, server } = contestant;
  const backends = async () => (database ? backendCpu(database) : Number.NaN);
  const { end } = await openReplies(server, replies, { by: 'socket' });
  const before = await backends();
  const { processCpu } = await usedBy(server, () => write(endpoint, deltas));
  const postgres = (await backends()) - before;
  endpoint.finish();
  await end();
  const written = replies * deltas;
  return { node: processCpu / written, postgres: postgres / written };
}
