// What a reader on another process costs against one on the process that writes: CPU per delta written.
//
// Two processes on one database. The replies are written by the first; their readers go to the first, to the second, or
// there are none, in turns. A reader's cost is what it adds to a run without, over both processes and, beside, over
// PostgreSQL's. A reader elsewhere gets a longer delta for each time that the text was stored.
import { openReplies, PER_SECOND, write } from '../replies.ts';
import { alone, compared, type Part } from '../report.ts';
import { type Endpoint, type Server, startEndpoint, startServer } from '../server.ts';
import { inTurn, median } from '../statistics.ts';
import { backendCpu } from './backend-cpu.ts';
import { type BenchDatabase, inDatabases, migrate } from './database.ts';

const KINDS = ['unread', 'here', 'elsewhere'] as const;

interface Stage {
  endpoint: Endpoint;
  database: BenchDatabase;
  writing: Server;
  other: Server;
  replies: number;
}

export async function postgresReaders(quick: boolean): Promise<Part> {
  const [replies, deltas, rounds] = quick ? [10, 25, 1] : [100, 200, 5];
  return inDatabases(async (make) => {
    const database = await make();
    await migrate(database);
    const endpoint = await startEndpoint();
    const [writing, other] = [await startServer(database.url, endpoint), await startServer(database.url, endpoint)];
    const stage = { endpoint, database, writing, other, replies };
    const measureAll = (some: number) => inTurn(KINDS.length, (at) => measure(stage, KINDS[at] ?? 'unread', some));
    await measureAll(Math.ceil(deltas / 4));
    const measured = await inTurn(rounds, () => measureAll(deltas));
    await Promise.all([writing, other, endpoint].map((child) => child.stop()));

    const of = (kind: (typeof KINDS)[number], which: keyof Cost) =>
      measured.map((round) => round[KINDS.indexOf(kind)]?.[which] ?? Number.NaN);
    const added = (kind: 'here' | 'elsewhere', which: keyof Cost) => {
      const without = of('unread', which);
      return of(kind, which).map((cost, round) => cost - (without[round] ?? Number.NaN));
    };
    const frames = (kind: 'here' | 'elsewhere') => median(of(kind, 'frames')).toFixed(2);
    return {
      title: `CPU per delta of a reader on another process, ${replies} replies of ${PER_SECOND} deltas a second`,
      rows: [
        compared('both server processes, reader elsewhere against here', {
          ours: added('elsewhere', 'node'),
          yardstick: added('here', 'node'),
          unit: 'µs',
        }),
        alone("PostgreSQL's processes, unread", of('unread', 'postgres'), 'µs'),
        alone("PostgreSQL's processes, added by a reader here", added('here', 'postgres'), 'µs'),
        alone("PostgreSQL's processes, added by a reader elsewhere", added('elsewhere', 'postgres'), 'µs'),
      ],
      remarks: [`Frames for each delta: here ${frames('here')}, elsewhere ${frames('elsewhere')}.`],
    };
  });
}

/** Of a delta; CPU in µs. */
interface Cost {
  node: number;
  postgres: number;
  frames: number;
}

async function measure(stage: Stage, kind: (typeof KINDS)[number], deltas: number): Promise<Cost> {
  const { endpoint, database, writing, other, replies } = stage;
  const by = kind === 'unread' ? 'unread' : 'socket';
  const { readers, end } = await openReplies(writing, replies, { by, readAt: kind === 'elsewhere' ? other : writing });
  const used = async () => (await writing.used()).processCpu + (await other.used()).processCpu;
  const [postgresBefore, nodeBefore] = [await backendCpu(database), await used()];
  await write(endpoint, deltas);
  const [node, postgres] = [(await used()) - nodeBefore, (await backendCpu(database)) - postgresBefore];
  const frames = readers.reduce((sum, { count }) => sum + count, 0);
  endpoint.finish();
  await end();
  const written = replies * deltas;
  return { node: node / written, postgres: postgres / written, frames: frames / written };
}
