import type { UsagePurpose, UsageQuery } from '../../../client/generated/graphql.ts';
import { tokensInFull } from './token-words.ts';
import styles from './usage.module.css';

type PurposeUsage = UsageQuery['viewer']['usage']['byPurpose'][number];

/** Upkeep is what the server asks of models by itself, so that answers can be good. */
const GROUPS = [
  { name: 'Replies', tone: styles.chat, purposes: ['CHAT'] },
  { name: 'Reports', tone: styles.report, purposes: ['REPORT'] },
  { name: 'Upkeep', tone: styles.upkeep, purposes: ['SUMMARY', 'TITLE', 'EMBEDDING'] },
] as const;

const NAMES: Record<UsagePurpose, string> = {
  CHAT: 'Replies',
  REPORT: 'Reports',
  SUMMARY: 'Summaries',
  TITLE: 'Titles',
  EMBEDDING: 'Embeddings',
};

export function ByPurpose({ byPurpose, total }: { byPurpose: readonly PurposeUsage[]; total: number }) {
  const tokensOf = (purpose: UsagePurpose) =>
    byPurpose.find((each) => each.purpose === purpose)?.usage.totalTokens ?? 0;
  const groups = GROUPS.map((group) => ({
    ...group,
    tokens: group.purposes.map(tokensOf).reduce((sum, tokens) => sum + tokens, 0),
  }));
  return (
    <section aria-labelledby="by-purpose">
      <h2 id="by-purpose">What for</h2>
      <div className={styles.stack} aria-hidden="true">
        {groups.map(
          ({ name, tone, tokens }) =>
            tokens > 0 && <i key={name} className={tone} style={{ width: `${(tokens / total) * 100}%` }} />,
        )}
      </div>
      <ul className={styles.purposes}>
        {groups.map(({ name, tone, tokens, purposes }) => (
          <li key={name}>
            <p>
              <i className={tone} aria-hidden="true" />
              <b>{name}</b> <span>{tokensInFull(tokens)}</span>
            </p>
            {purposes.length > 1 && (
              <ul>
                {purposes.map((purpose) => (
                  <li key={purpose}>
                    {NAMES[purpose]} <span>{tokensInFull(tokensOf(purpose))}</span>
                  </li>
                ))}
              </ul>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
