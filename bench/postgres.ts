import { Client } from 'pg';

/** A PostgreSQL server on which databases may be made; null where TEST_DATABASE_URL names none. */
export const server = (): string | null => {
  const url = process.env.TEST_DATABASE_URL;
  return url?.startsWith('postgres') ? url : null;
};

let made = 0;

/** A database that lasts as long as `use`. */
export async function inDatabase<T>(server: string, use: (url: string) => Promise<T>): Promise<T> {
  const name = `carryover_bench_${process.pid}_${made++}`;
  const client = new Client({ connectionString: server });
  await client.connect();
  await client.query(`create database ${name}`);
  const url = new URL(server);
  url.pathname = name;
  try {
    return await use(url.href);
  } finally {
    await client.query(`drop database ${name} with (force)`);
    await client.end();
  }
}

export interface Statement {
  text: string;
  values: unknown[];
}

/** The statements that `work` sends to the server by the driver, in order. */
export async function statementsOf(work: () => Promise<unknown>): Promise<Statement[]> {
  const statements: Statement[] = [];
  const { query } = Client.prototype;
  const recording = function recording(this: Client, ...given: unknown[]): unknown {
    const [text, values] = given;
    if (typeof text === 'string') statements.push({ text, values: Array.isArray(values) ? [...values] : [] });
    return Reflect.apply(query, this, given);
  };
  Object.assign(Client.prototype, { query: recording });
  try {
    await work();
  } finally {
    Object.assign(Client.prototype, { query });
  }
  return statements;
}
