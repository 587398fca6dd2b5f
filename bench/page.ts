// A page of 50 messages: the first of a session of 100,000, and the 50 after the 99,900th.
//
// Both are one request with the same query for as many messages of the same make, alternating, to one server. So their
// ratio is what depth costs and nothing else; were pages found by counting off rows, it would be in the hundreds.
import path from 'node:path';
import { ask } from './client.ts';
import { compared, type Part } from './report.ts';
import { seed } from './seed.ts';
import { inFolder, type Server, startEndpoint, startServer, usedBy } from './server.ts';
import { inTurn } from './statistics.ts';

const PAGE = `query Page($id: ID!, $first: Int, $after: String) { chatSession(id: $id) { id title
  messages(first: $first, after: $after) { nodes { id seq role status content memory createdAt }
    pageInfo { hasNextPage endCursor } } } }`;

interface Page {
  chatSession: { messages: { nodes: { seq: number }[]; pageInfo: { endCursor: string } } };
}

export async function page(quick: boolean): Promise<Part> {
  const messages = quick ? 2_000 : 100_000;
  const depth = messages - 100;
  const [rounds, requests] = quick ? [3, 20] : [15, 100];
  return inFolder(async (folder) => {
    const file = path.join(folder, 'page.db');
    const [id = ''] = await seed(`sqlite:${file}`, [{ messages }], quick ? 20 : 200);
    const endpoint = await startEndpoint();
    const server = await startServer(`sqlite:${file}`, endpoint);
    const after = Buffer.from(`seq ${depth}`).toString('base64url');
    const get = (cursor: string | null) => ask<Page>(server.url, PAGE, { id, first: 50, after: cursor });
    const cost = async (cursor: string | null) =>
      (await usedBy(server, () => inTurn(requests, () => get(cursor)))).mainCpu / requests;

    if ((await get(after)).chatSession.messages.nodes[0]?.seq !== depth + 1) throw new Error('This is another page.');
    for (const cursor of [null, after, null, after]) await cost(cursor);
    const pairs = await inTurn(rounds, async () => ({ start: await cost(null), deep: await cost(after) }));
    await server.stop();

    const counting = await startServer(`sqlite:${file}`, endpoint, { BENCH_COUNT_SQL: '1' });
    const statements = await countStatements(counting, id, after);
    await Promise.all([counting.stop(), endpoint.stop()]);
    const pick = (which: 'start' | 'deep') => pairs.map((pair) => pair[which]);
    return {
      title: `A page of 50 messages of ${messages.toLocaleString('en')}`,
      rows: [
        compared(`server CPU, at depth ${depth.toLocaleString('en')} against the start`, {
          ours: pick('deep'),
          yardstick: pick('start'),
          unit: 'µs',
          atMost: 1.1,
        }),
        compared('SQL statements, at depth against the start', {
          ours: [statements.deep],
          yardstick: [statements.start],
          unit: '',
          atMost: 1,
        }),
        compared('SQL statements, a page of 100 against one of 50', {
          ours: [statements.large],
          yardstick: [statements.start],
          unit: '',
          atMost: 1,
        }),
      ],
      remarks: ['Seven fields of each message, its state in long-term memory among them; CPU of the main thread.'],
    };
  });
}

async function countStatements(server: Server, id: string, after: string) {
  const count = async (variables: object) =>
    (await usedBy(server, () => ask(server.url, PAGE, { id, ...variables }))).statements;
  // What runs once, and what the worker that looks for jobs runs at the same time, is not of the page.
  await count({ first: 50 });
  const fewest = async (variables: object) => Math.min(...(await inTurn(5, () => count(variables))));
  return {
    start: await fewest({ first: 50 }),
    deep: await fewest({ first: 50, after }),
    large: await fewest({ first: 100 }),
  };
}
