// CPU of a search in one session of 10,000 chunks, the most that are all compared with the question: the main thread's,
// without the question's embedding, which is there already. What is in memory of a session stays there between its turns,
// so all but the first search are measured. The seeded texts have few different words, so each term of a question stands
// in more chunks than people's words would.
import path from 'node:path';
import type { Embedder } from '../../src/models/embedder.ts';
import { printTable } from '../report.ts';
import { seed } from '../seed.ts';
import { inFolder } from '../server.ts';
import { inTurn, median } from '../statistics.ts';
import { chance, sentences } from '../texts.ts';
import { mean } from './measures.ts';
import { entities, forkEm, openOrm, retrieve, ScopeCache } from './product.ts';

const AIM_MS = 10;

export async function measureCost(embedder: Embedder, quick: boolean): Promise<void> {
  const [chunks, rounds, pool] = quick ? [300, 3, 20] : [10_000, 15, 300];
  await inFolder(async (folder) => {
    const file = path.join(folder, 'search.db');
    const [sessionId = ''] = await seed(file, [{ messages: chunks }], pool);
    const orm = await openOrm(`sqlite:${file}`, entities);
    const ctx = { em: forkEm(orm), scopes: new ScopeCache() };
    const questions = sentences('USER', 40, chance(4));
    const { vectors } = await embedder.embed(questions, AbortSignal.timeout(60_000));
    const searchAll = async (isEmbedded: boolean) => {
      const before = cpuMs();
      for (const [at, question] of questions.entries()) {
        const vector = vectors[at];
        const embedding = isEmbedded && vector ? { vector, model: embedder.model } : null;
        const query = { userId: 'local', sessionIds: [sessionId], question, previousTurn: null, embedding, limit: 40 };
        await retrieve(ctx, query);
      }
      return (cpuMs() - before) / questions.length;
    };

    const found = await ctx.scopes.read(ctx.em, 'local', { sessionIds: [sessionId] });
    const count = mean(found.map((scope) => scope.chunks.length));
    await inTurn(2, () => searchAll(true));
    const measured = await inTurn(rounds, async () => ({ words: await searchAll(false), all: await searchAll(true) }));
    await orm.close(true);
    const row = (what: string, values: number[], aim = '') => [
      what,
      `${median(values).toFixed(1)} ms`,
      `${Math.min(...values).toFixed(1)} ms`,
      aim,
    ];
    console.log(`\n## CPU of a search in ${count.toLocaleString('en')} chunks\n`);
    printTable([
      ['', 'median', 'quietest round', 'aim'],
      row(
        'words, dates and priors',
        measured.map(({ words }) => words),
      ),
      row(
        'and embeddings',
        measured.map(({ all }) => all),
        `≤ ${AIM_MS} ms`,
      ),
    ]);
  });
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
