import type { MessageFieldsFragment } from '../../../client/generated/graphql.ts';
import { OpenSource } from '../why/open-source.tsx';
import { SourceName } from '../why/source-name.tsx';
import styles from './report.module.css';

/** What the report rests on, each with its words: to be read beside it, and on paper, where nothing can be opened. */
export function ReportSources({ citations }: { citations: MessageFieldsFragment['citations'] }) {
  return (
    <section className={styles.sources}>
      <h4>Sources</h4>
      <ol>
        {citations.map(({ marker, excerpt, source }) => (
          <li key={marker}>
            <span className={styles.marker}>{marker}</span>
            <div>
              <p className={styles.from}>
                <span>{source ? <SourceName source={source} isDated /> : 'Deleted since'}</span>
                {source && <OpenSource source={source} />}
              </p>
              <p className={styles.excerpt}>{excerpt}</p>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
