import { useEffect, useRef, useState } from 'react';
import { useSearchMemoryQuery } from '../../../client/generated/hooks.ts';
import { Notice } from '../parts/notice.tsx';
import { Skeleton } from '../parts/skeleton.tsx';
import { useAnnounced } from '../parts/use-announced.ts';
import { counted } from '../parts/words.ts';
import styles from './memory.module.css';
import { MemoryHit } from './memory-hit.tsx';

const SHOWN = 20;

/** What is remembered about something, best first. */
export function MemoryHits({ words }: { words: string }) {
  const { data, loading, error } = useSearchMemoryQuery({
    variables: { input: { query: words, first: SHOWN } },
    // What was said since the last time is found too.
    fetchPolicy: 'network-only',
  });
  const [forgotten, setForgotten] = useState<ReadonlySet<string>>(new Set());
  const heading = useRef<HTMLHeadingElement>(null);
  // What was focused is gone, and so is the question before it.
  useEffect(() => {
    if (forgotten.size > 0) heading.current?.focus();
  }, [forgotten]);
  const hits = (data?.searchMemory ?? []).filter(({ message }) => !forgotten.has(message.id));
  const found = hits.length === 0 ? 'Nothing is remembered about it.' : counted(hits.length, 'memory', 'memories');
  useAnnounced(data ? found : null);
  if (error) {
    return (
      <Notice kind="warn" title="Memory could not be searched.">
        {error.message}
      </Notice>
    );
  }
  if (loading || !data) return <Skeleton lines={4} />;

  const forget = (messageId: string) => setForgotten(new Set([...forgotten, messageId]));
  return (
    <section className={styles.hits} aria-label="What is remembered">
      <h2 ref={heading} tabIndex={-1}>
        {found}
      </h2>
      {data.searchMemory.length === 0 && (
        <p className={styles.nothing}>
          Only sessions whose memory is on are searched, and of those only what was not forgotten.
        </p>
      )}
      <ol>
        {hits.map((hit, at) => (
          // A message may be found by several of its passages.
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is the answer's and stays
          <MemoryHit key={`${hit.message.id} ${at}`} hit={hit} onForgotten={() => forget(hit.message.id)} />
        ))}
      </ol>
    </section>
  );
}
