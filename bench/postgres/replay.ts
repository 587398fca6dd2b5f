// The floor of a turn: its statements, as `record-statements.ts` recorded them, through the bare `pg` driver, one after the
// other in the order of their answers, each over the connection it went over. `{ replay: number }`: so many more.
import { readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';
import { Client } from 'pg';
import type { Recorded } from './record-statements.ts';

/** A statement that takes as long waits for a lock, which another gives back that was read later when it was recorded. */
const PATIENCE_MS = 200;

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
  const late = new Set<Promise<unknown>>();
  for (const { connection, text, values } of statements.slice(next)) {
    if (next >= wanted && open.size === 0) break;
    const client = clients.get(connection) ?? (await connect());
    clients.set(connection, client);
    // A viewer's begins with more in the same statement.
    if (/^begin\b/.test(text)) open.add(connection);
    if (text === 'commit' || text === 'rollback') open.delete(connection);
    next += 1;
    const answer = client.query(text, values);
    if (!(await isAnswered(answer))) late.add(answer);
  }
  await Promise.all(late);
  // The recording ended in the midst of them.
  for (const connection of open) await clients.get(connection)?.query('rollback');
  open.clear();
}

async function isAnswered(answer: Promise<unknown>): Promise<boolean> {
  const waiting = new AbortController();
  const patience = delay(PATIENCE_MS, false, { signal: waiting.signal }).catch(() => false);
  const answered = await Promise.race([answer.then(() => true), patience]);
  waiting.abort();
  return answered;
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
