import { useEffect, useRef } from 'react';
import { Button } from '../../parts/button.tsx';
import styles from './session-list.module.css';

interface MoreSessionsProps {
  hasMore: boolean;
  isLoadingMore: boolean;
  loadMore: () => Promise<void>;
}

/** The end of what was fetched: coming near to it fetches more, and so does pressing it. */
export function MoreSessions({ hasMore, isLoadingMore, loadMore }: MoreSessionsProps) {
  const end = useRef<HTMLDivElement>(null);
  const latest = useRef(loadMore);
  useEffect(() => {
    latest.current = loadMore;
  });
  const isWaiting = hasMore && !isLoadingMore;
  useEffect(() => {
    if (!isWaiting || !end.current) return;
    const observer = new IntersectionObserver(([entry]) => entry?.isIntersecting && void latest.current(), {
      root: end.current.closest('nav'),
      rootMargin: '400px',
    });
    observer.observe(end.current);
    return () => observer.disconnect();
  }, [isWaiting]);
  return (
    hasMore && (
      <div ref={end} className={styles.more}>
        <Button kind="quiet" disabled={isLoadingMore} onClick={() => void loadMore()}>
          {isLoadingMore ? 'Loading' : 'Show more'}
        </Button>
      </div>
    )
  );
}
