// Loaded with --import into a server: writes each statement that it sends to PostgreSQL to BENCH_STATEMENTS, with its
// values and the connection it went over, a line of JSON each, when it has been answered. So who sends them again one by
// one, over as many connections, never waits for a lock that only a later one gives back.
import { appendFileSync } from 'node:fs';
import pg from 'pg';

export interface Recorded {
  /** Counted from 0 in the order of first use. */
  connection: number;
  text: string;
  values: unknown[];
  /** Until it was answered. */
  ms: number;
}

const connections = new Map<object, number>();
const file = process.env.BENCH_STATEMENTS ?? '';
const { query } = pg.Client.prototype;

Reflect.set(pg.Client.prototype, 'query', function recorded(this: object, ...given: unknown[]) {
  const [text, values] = given;
  const connection = connections.get(this) ?? connections.size;
  connections.set(this, connection);
  const begun = performance.now();
  const answer: Promise<unknown> = Reflect.apply(query, this, given);
  const write = () => {
    const statement: Recorded = {
      connection,
      text: String(text),
      values: Array.isArray(values) ? values : [],
      ms: performance.now() - begun,
    };
    appendFileSync(file, `${JSON.stringify(statement)}\n`);
  };
  answer.then(write, () => undefined);
  return answer;
});
