// npm run bench [-- [--quick] [part …]]: measures, prints a table for each part and writes bench/results/*.json.
import { NO_CHROMIUM } from '../test/web/support/chromium.ts';
import { firstDelta } from './first-delta.ts';
import { page } from './page.ts';
import { postgresUrl } from './postgres/database.ts';
import { persisting } from './postgres/persisting.ts';
import { postgresProcesses } from './postgres/processes.ts';
import { postgresReaders } from './postgres/readers.ts';
import { postgresRecall } from './postgres/recall.ts';
import { postgresTurn } from './postgres/turn.ts';
import { type Part, printPart, writeResults } from './report.ts';
import { stream } from './stream.ts';
import { turn } from './turn.ts';
import { webDelta } from './web-delta.ts';

type Measure = (quick: boolean) => Promise<Part>;

/** These need a PostgreSQL server, of which BENCH_DATABASE_URL or TEST_DATABASE_URL is the address. */
const onPostgres: Record<string, Measure> = {
  'postgres-recall': postgresRecall,
  'postgres-turn': postgresTurn,
  'postgres-processes': postgresProcesses,
  'postgres-readers': postgresReaders,
};
const parts: Record<string, Measure> = {
  'first-delta': firstDelta,
  turn,
  stream,
  page,
  'web-delta': webDelta,
  persisting,
  ...onPostgres,
};

const asked = process.argv.slice(2);
const quick = asked.includes('--quick');
const names = asked.filter((name) => name !== '--quick');
const unknown = names.filter((name) => !(name in parts));
if (unknown.length > 0) {
  console.error(
    `There is no part ${unknown.join(', ')}. Parts: ${Object.keys(parts).join(', ')}; --quick: small and rough.`,
  );
  process.exit(1);
}

const done: Part[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (names.length > 0 && !names.includes(name)) continue;
  if (name in onPostgres && !postgresUrl) {
    console.log(`\n${name} is left out: BENCH_DATABASE_URL names no PostgreSQL server.`);
    continue;
  }
  if (name === 'web-delta' && NO_CHROMIUM) {
    console.log(`\n${name} is left out: ${NO_CHROMIUM}`);
    continue;
  }
  const part = await measure(quick);
  printPart(part, quick);
  done.push(part);
}
console.log(`\nWritten to ${writeResults(done, quick)}`);
