import pg from 'pg';

export interface Statement {
  text: string;
  values: unknown[];
}

interface Sent {
  statement: Statement;
  connection: object;
  answer: Promise<unknown>;
}

/** Tells of each statement that this process sends by the driver, in order. @returns what ends it */
export function onStatement(tell: (sent: Sent) => void): () => void {
  const { query } = pg.Client.prototype;
  Reflect.set(pg.Client.prototype, 'query', function told(this: object, ...given: unknown[]) {
    const [text, values] = given;
    const answer: Promise<unknown> = Reflect.apply(query, this, given);
    const statement = { text: String(text), values: Array.isArray(values) ? [...values] : [] };
    tell({ statement, connection: this, answer });
    return answer;
  });
  return () => void Reflect.set(pg.Client.prototype, 'query', query);
}
