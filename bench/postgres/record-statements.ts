// Loaded with --import into a server: writes each statement that it sends to PostgreSQL to BENCH_STATEMENTS, with its
// values and the connection it went over, a line of JSON each, in the order in which they were answered.
import { appendFileSync } from 'node:fs';
import { onStatement, type Statement } from './on-statement.ts';

export interface Recorded extends Statement {
  /** Counted from 0 in the order of first use. */
  connection: number;
}

const connections = new Map<object, number>();
const file = process.env.BENCH_STATEMENTS ?? '';

onStatement(({ statement, connection, answer }) => {
  const number = connections.get(connection) ?? connections.size;
  connections.set(connection, number);
  const recorded: Recorded = { ...statement, connection: number };
  const write = () => appendFileSync(file, `${JSON.stringify(recorded)}\n`);
  answer.then(write, () => undefined);
});
