// Loaded with --import into a server: writes each statement that it sends to PostgreSQL to BENCH_STATEMENTS, with its
// values and the connection it went over, a line of JSON each, in the order in which they were answered.
import { appendFileSync } from 'node:fs';
import pg from 'pg';

export interface Recorded {
  /** Counted from 0 in the order of first use. */
  connection: number;
  text: string;
  values: unknown[];
}

const connections = new Map<object, number>();
const file = process.env.BENCH_STATEMENTS ?? '';
const { query } = pg.Client.prototype;

Reflect.set(pg.Client.prototype, 'query', function recorded(this: object, ...given: unknown[]) {
  const [text, values] = given;
  const connection = connections.get(this) ?? connections.size;
  connections.set(this, connection);
  const statement: Recorded = {
    connection,
    text: String(text),
    values: Array.isArray(values) ? values : [],
  };
  const answer: Promise<unknown> = Reflect.apply(query, this, given);
  const write = () => appendFileSync(file, `${JSON.stringify(statement)}\n`);
  answer.then(write, () => undefined);
  return answer;
});
