// CPU of a search in one session of 10,000 chunks, the most that are all compared with the question: the main thread's,
// without the question's embedding, which is there already. What is in memory of a session stays there between its turns;
// the first search, which reads it, is shown beside. The seeded texts have few different words, so each term of a question
// stands in more chunks than people's words would.
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
    const [sessionId = ''] = await seed(`sqlite:${file}`, [{ messages: chunks }], pool);
    const orm = await openOrm(`sqlite:${file}`, entities);
    const ctx = { em: forkEm(orm), scopes: new ScopeCache() };
    const questions = sentences('USER', 40, chance(4));
    const { vectors } = await embedder.embed(questions, AbortSignal.timeout(60_000));
    const search = async (scopes: typeof ctx.scopes, asked: string[], isEmbedded: boolean) => {
      const before = cpuMs();
      for (const [at, question] of asked.entries()) {
        const vector = vectors[at];
        const embedding = isEmbedded && vector ? { vector, model: embedder.model } : null;
        const query = { userId: 'local', sessionIds: [sessionId], question, previousTurn: null, embedding, limit: 40 };
        await retrieve({ ...ctx, scopes }, query);
      }
      return (cpuMs() - before) / asked.length;
    };

    const found = await ctx.scopes.read(ctx.em, 'local', { sessionIds: [sessionId] });
    const count = mean(found.map((scope) => scope.chunks.length));
    await inTurn(2, () => search(ctx.scopes, questions, true));
    const measured = await inTurn(rounds, async () => ({
      words: await search(ctx.scopes, questions, false),
      all: await search(ctx.scopes, questions, true),
      first: await search(new ScopeCache(), questions.slice(0, 1), true),
    }));
    await orm.close(true);
    console.log(`\n## CPU of a search in ${count.toLocaleString('en')} chunks\n`);
    const row = (what: string, which: 'words' | 'all' | 'first', aim = '') => {
      const values = measured.map((round) => round[which]);
      return [what, `${median(values).toFixed(1)} ms`, `${Math.min(...values).toFixed(1)} ms`, aim];
    };
    printTable([
      ['', 'median', 'quietest round', 'aim'],
      row('by words, dates and priors', 'words'),
      row('by embeddings too', 'all', `≤ ${AIM_MS} ms`),
      row('the first of a session', 'first'),
    ]);
  });
}

function cpuMs(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}
