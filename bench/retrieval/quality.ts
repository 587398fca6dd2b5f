import { basename } from 'node:path';
import type { Embedder } from '../../src/models/embedder.ts';
import { printTable } from '../report.ts';
import { indexConversation } from './index-conversation.ts';
import { readConversations } from './locomo.ts';
import { interval, judge, MEASURES, type Measure, type Measured, mean } from './measures.ts';
import { entities, openOrm } from './product.ts';
import { LEXICAL, rankingsOf, SHIPPED } from './rankings.ts';

/** A question, and what each ranking made of it. */
interface Judged {
  category: string;
  measured: Record<string, Measured>;
}

/** Prints how much of the evidence each ranking finds: of all questions, and of each category. */
export async function measureQuality(
  file: string,
  embedder: Embedder,
  { quick, captions }: { quick: boolean; captions: boolean },
): Promise<void> {
  const all = readConversations(file, captions);
  const judged = await judgeAll(quick ? all.slice(0, 1) : all, embedder);
  const draws = quick ? 100 : 2_000;
  const name = basename(file);
  printMeasures(`${name}: all questions`, judged, draws);
  const categories = [...new Set(judged.map(({ category }) => category))];
  for (const category of categories) {
    printMeasures(
      `${name}: ${category}`,
      judged.filter((each) => each.category === category),
      draws,
    );
  }
}

async function judgeAll(conversations: ReturnType<typeof readConversations>, embedder: Embedder): Promise<Judged[]> {
  const judged: Judged[] = [];
  for (const conversation of conversations) {
    const orm = await openOrm('sqlite::memory:', entities);
    const indexed = await indexConversation(orm, embedder, conversation);
    const refer = conversation.questions.some(({ previousTurn }) => previousTurn !== null);
    const rankings = Object.entries(rankingsOf(indexed, embedder, refer));
    for (const question of conversation.questions) {
      const measured: Record<string, Measured> = {};
      for (const [name, rank] of rankings)
        measured[name] = judge(await rank(question), question.evidence, conversation);
      judged.push({ category: question.category, measured });
    }
    await orm.close(true);
  }
  return judged;
}

function printMeasures(title: string, judged: readonly Judged[], draws: number): void {
  const valuesOf = (ranking: string, measure: Measure) =>
    judged.map(({ measured }) => measured[ranking]?.[measure] ?? Number.NaN);
  const rows = Object.keys(judged[0]?.measured ?? {}).map((ranking) => [
    ranking,
    ...MEASURES.map((measure) => withInterval(valuesOf(ranking, measure), draws)),
  ]);
  const gains = MEASURES.map((measure) => {
    const base = valuesOf(LEXICAL, measure);
    return withInterval(
      valuesOf(SHIPPED, measure).map((value, at) => value - (base[at] ?? Number.NaN)),
      draws,
    );
  });
  console.log(`\n## ${title} (${judged.length})\n`);
  printTable([['', ...MEASURES], ...rows, [`${SHIPPED} - ${LEXICAL}`, ...gains]]);
}

const withInterval = (values: readonly number[], draws: number): string =>
  `${figure(mean(values))} [${interval(values, draws).map(figure).join(' ')}]`;

const figure = (value: number): string => value.toFixed(3).replace(/^(-?)0\./, '$1.');
