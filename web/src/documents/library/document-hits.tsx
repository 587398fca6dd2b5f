import { Link } from 'wouter';
import { useSearchDocumentsQuery } from '../../../../client/generated/hooks.ts';
import { Notice } from '../../parts/notice.tsx';
import { Score } from '../../parts/score.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { useAnnounced } from '../../parts/use-announced.ts';
import { counted, inDigits } from '../../parts/words.ts';
import { placeOfPassage } from '../../why/place-of.ts';
import styles from './document-hits.module.css';

const SHOWN = 20;

/** The passages that say most about it, each leading to its place. */
export function DocumentHits({ words }: { words: string }) {
  const { data, loading, error } = useSearchDocumentsQuery({
    variables: { input: { query: words, first: SHOWN } },
    // What was uploaded since the last time is found too.
    fetchPolicy: 'network-only',
  });
  const hits = data?.searchDocuments ?? [];
  const found = hits.length === 0 ? 'No passage says anything about it.' : counted(hits.length, 'passage');
  useAnnounced(data ? found : null);
  if (error)
    return (
      <Notice kind="warn" title="The search did not work.">
        {error.message}
      </Notice>
    );
  if (loading || !data) return <Skeleton lines={4} />;
  return (
    <section className={styles.hits} aria-label="Passages">
      <h2>{found}</h2>
      <ul>
        {hits.map(({ score, chunk: { id, position, text, document } }) => (
          <li key={id}>
            <Link href={placeOfPassage(document.id, position)}>
              <span className={styles.about}>
                <b>{document.filename}</b>
                <span>passage {inDigits(position + 1)}</span>
                <Score value={score} />
              </span>
              <q>{text}</q>
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}
