import { useLimitsQuery } from '../../../client/generated/hooks.ts';
import { counted, timeOf } from '../parts/words.ts';
import { startOfTomorrow } from './period.ts';
import { tokensInFull } from './token-words.ts';
import styles from './usage.module.css';

/** What of the server's limits is left. */
export function LimitsLeft() {
  const { data } = useLimitsQuery({ fetchPolicy: 'cache-and-network' });
  if (!data) return null;
  const { tokensPerDay, tokensLeftToday, tokensPerSession, messagesPerMinute } = data.viewer.limits;
  const rest = [
    messagesPerMinute !== null && `${counted(messagesPerMinute, 'message')} may begin within a minute.`,
    tokensPerSession !== null && `A session may use ${tokensInFull(tokensPerSession)} tokens.`,
  ].filter((words) => words !== false);
  return (
    <section className={styles.limits} aria-labelledby="limits">
      <h2 id="limits">Limits</h2>
      {tokensPerDay !== null && tokensLeftToday !== null && (
        <>
          <p>
            <b>{tokensInFull(tokensLeftToday)}</b> of {tokensInFull(tokensPerDay)} tokens left today. The day ends at{' '}
            {timeOf(startOfTomorrow().toISOString())}.
          </p>
          <meter
            aria-label="Tokens left today"
            min={0}
            max={tokensPerDay}
            value={tokensLeftToday}
            aria-valuetext={`${tokensInFull(tokensLeftToday)} of ${tokensInFull(tokensPerDay)}`}
          />
        </>
      )}
      {rest.map((words) => (
        <p key={words}>{words}</p>
      ))}
      {tokensPerDay === null && rest.length === 0 && <p>This server sets none.</p>}
    </section>
  );
}
