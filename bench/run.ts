// npm run bench [-- [--quick] [part …]]: measures, prints a table for each part and writes bench/results/*.json.
import { firstDelta } from './first-delta.ts';
import { page } from './page.ts';
import { recall } from './recall.ts';
import { type Part, printPart, writeResults } from './report.ts';
import { stream } from './stream.ts';
import { turn } from './turn.ts';

const parts: Record<string, (quick: boolean) => Promise<Part>> = {
  'first-delta': firstDelta,
  turn,
  stream,
  page,
  recall,
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
  const part = await measure(quick);
  printPart(part, quick);
  done.push(part);
}
console.log(`\nWritten to ${writeResults(done, quick)}`);
