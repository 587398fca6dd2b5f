import type { Grain, Span } from './spans.ts';
import { fullNameOf, tokensInFull } from './token-words.ts';
import styles from './usage.module.css';

const NAMES: Record<Grain, string> = { day: 'Day', week: 'Week', month: 'Month' };

/** The same as the bars, for who would rather read it. The latest comes first. */
export function UsageTable({ grain, spans }: { grain: Grain; spans: readonly Span[] }) {
  return (
    <details className={styles.table}>
      <summary>As a table</summary>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls has to be reached by keys */}
      <section tabIndex={0} aria-label={`Tokens a ${grain}, as a table`}>
        <table>
          <thead>
            <tr>
              <th scope="col">{NAMES[grain]}</th>
              <th scope="col">Read</th>
              <th scope="col">Written</th>
              <th scope="col">Together</th>
            </tr>
          </thead>
          <tbody>
            {spans.toReversed().map((span) => (
              <tr key={span.from}>
                <th scope="row">{fullNameOf(span, grain)}</th>
                <td>{tokensInFull(span.inputTokens)}</td>
                <td>{tokensInFull(span.outputTokens)}</td>
                <td>{tokensInFull(span.inputTokens + span.outputTokens)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
    </details>
  );
}
