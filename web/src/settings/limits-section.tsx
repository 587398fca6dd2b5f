import { useLimitsQuery } from '../../../client/generated/hooks.ts';
import { Skeleton } from '../parts/skeleton.tsx';
import { inDigits } from '../parts/words.ts';
import styles from './settings.module.css';

export function LimitsSection() {
  const { data, error } = useLimitsQuery({ fetchPolicy: 'cache-and-network' });
  if (!data) return error ? <p className={styles.problem}>The server does not say.</p> : <Skeleton lines={2} />;
  const { messagesPerMinute, tokensPerDay, tokensLeftToday, tokensPerSession } = data.viewer.limits;
  const rows = [
    ['Messages a minute', messagesPerMinute],
    ['Tokens a day', tokensPerDay],
    ['Tokens left today (UTC)', tokensLeftToday],
    ['Tokens in a session', tokensPerSession],
  ] as const;
  const set = rows.filter(([, limit]) => limit !== null);
  if (set.length === 0) return <p>This server sets no limits.</p>;
  return (
    <dl className={styles.limits}>
      {set.map(([name, limit]) => (
        <div key={name} style={{ display: 'contents' }}>
          <dt>{name}</dt>
          <dd>{inDigits(limit ?? 0)}</dd>
        </div>
      ))}
    </dl>
  );
}
