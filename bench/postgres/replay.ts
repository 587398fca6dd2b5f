// The floor of a turn: its statements, as `record-statements.ts` recorded them, through the bare `pg` driver, one after
// the other, each over the connection it went over. `{ replay: number }`, so many statements more.
import { readFileSync } from 'node:fs';
import { Client } from 'pg';
import type { Recorded } from './record-statements.ts';

const lines = readFileSync(process.env.BENCH_STATEMENTS ?? '', 'utf8')
  .trim()
  .split('\n');
const statements: Recorded[] = lines.map((line) => JSON.parse(line));
const clients = new Map<number, Client>();
/** Connections in the midst of a transaction. */
const open = new Set<number>();
let next = 0;
let wanted = 0;

/** And as many more as it takes that no transaction stays open. */
async function replay(count: number): Promise<void> {
  wanted += count;
  for (const { connection, text, values } of statements.slice(next)) {
    if (next >= wanted && open.size === 0) return;
    const client = clients.get(connection) ?? (await connect());
    clients.set(connection, client);
    if (text === 'begin') open.add(connection);
    await client.query(text, values);
    if (text === 'commit' || text === 'rollback') open.delete(connection);
    next += 1;
  }
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
