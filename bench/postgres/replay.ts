// The floor of a turn: its statements, as `record-statements.ts` recorded them, through the bare `pg` driver. Each goes
// over the connection it went over, once all have been answered that had been answered when it was sent: so none waits for
// a lock that another holds who comes later. `{ replay: number }`: so many statements more.
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import type { Recorded } from './record-statements.ts';

const lines = readFileSync(process.env.BENCH_STATEMENTS ?? '', 'utf8')
  .trim()
  .split('\n');
const recorded: Recorded[] = lines.map((line) => JSON.parse(line));
const places = new Map(recorded.map((statement, place) => [statement, place]));
const statements = recorded.toSorted((a, b) => a.sent - b.sent);

const clients = new Map<number, Client>();
/** By the place of the statement. */
const answers: Promise<unknown>[] = [];
/** Connections in the midst of a transaction. */
const open = new Set<number>();
let next = 0;
let wanted = 0;
/** So many have been waited for. */
let answered = 0;

/** And as many more as it takes that no transaction stays open. */
async function replay(count: number): Promise<void> {
  wanted += count;
  for (const statement of statements.slice(next)) {
    if (next >= wanted && open.size === 0) break;
    const { connection, text, values, answeredBefore } = statement;
    for (; answered < answeredBefore; answered++) await answers[answered];
    const client = clients.get(connection) ?? (await connect());
    clients.set(connection, client);
    answers[places.get(statement) ?? next] = client.query(text, values);
    // A viewer's begins with more in the same statement.
    if (/^begin\b/.test(text)) open.add(connection);
    if (text === 'commit' || text === 'rollback') open.delete(connection);
    next += 1;
  }
  await Promise.all(answers);
  // The recording ended in the midst of them.
  for (const connection of open) await clients.get(connection)?.query('rollback');
  open.clear();
}

async function connect(): Promise<Client> {
  const client = new Client({ connectionString: process.env.DATABASE_URL });
  await client.connect();
  return client;
}

process.on('message', async (message: { replay?: number }) => {
  if (message.replay === undefined) return;
  const begun = performance.now();
  await replay(message.replay);
  console.log(JSON.stringify({ msg: 'replayed', ms: performance.now() - begun }));
});
