import type { UsageQuery } from '../../../client/generated/graphql.ts';
import { Bars } from './bars.tsx';
import { ByPurpose } from './by-purpose.tsx';
import { type Period, sinceOf } from './period.ts';
import { spansOf } from './spans.ts';
import { inShort, tokensInFull, tokensInShort } from './token-words.ts';
import styles from './usage.module.css';
import { UsageTable } from './usage-table.tsx';

interface UsageFiguresProps {
  usage: UsageQuery['viewer']['usage'];
  period: Period;
}

export function UsageFigures({ usage, period }: UsageFiguresProps) {
  const { total, sessions, messages, byDay, byPurpose } = usage;
  const { grain, spans } = spansOf(byDay, sinceOf(period) ?? null);
  return (
    <>
      <dl className={styles.totals}>
        <Total name="Tokens" value={tokensInShort(total.totalTokens)} exactly={tokensInFull(total.totalTokens)} />
        <Total name="Sessions" value={inShort(sessions)} />
        <Total name="Messages" value={inShort(messages)} />
      </dl>
      {total.totalTokens === 0 ? (
        <p className={styles.nothing}>No model was asked for anything in this time.</p>
      ) : (
        <>
          <section aria-labelledby="by-day">
            <h2 id="by-day">Tokens a {grain}</h2>
            <Bars grain={grain} spans={spans} />
            <UsageTable grain={grain} spans={spans} />
          </section>
          <ByPurpose byPurpose={byPurpose} total={total.totalTokens} />
        </>
      )}
      <p className={styles.about}>
        Tokens are the pieces of words that models count. Read is what they were given, written is what they answered.
        Days are those of UTC. What you delete stays counted.
      </p>
    </>
  );
}

const Total = ({ name, value, exactly }: { name: string; value: string; exactly?: string }) => (
  <div title={exactly}>
    <dt>{name}</dt>
    <dd>{value}</dd>
  </div>
);
