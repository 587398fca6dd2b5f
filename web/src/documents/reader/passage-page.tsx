import { Fragment, useEffect, useRef } from 'react';
import { Link } from 'wouter';
import { Button } from '../../parts/button.tsx';
import { Notice } from '../../parts/notice.tsx';
import { Skeleton } from '../../parts/skeleton.tsx';
import { inDigits } from '../../parts/words.ts';
import { placeOfPassage } from '../../why/place-of.ts';
import styles from './document-reader.module.css';
import { usePassages } from './use-passages.ts';

const MIN_ABOVE_PX = 48;

interface PassagePageProps {
  id: string;
  page: number;
  /** The position of the passage that was asked for. */
  marked: number | null;
}

export function PassagePage({ id, page, marked }: PassagePageProps) {
  const { passages, isLoading, error, retry } = usePassages(id, page);
  const element = useRef<HTMLElement>(null);
  const isHere = passages.some(({ position }) => position === marked);
  // biome-ignore lint/correctness/useExhaustiveDependencies: each passage that is asked for is gone to, once
  useEffect(() => {
    if (!isHere || !element.current) return;
    centre(element.current);
    element.current.focus({ preventScroll: true });
  }, [isHere, marked]);

  if (error) {
    return (
      <Notice
        kind="warn"
        title="These passages could not be loaded."
        actions={<Button onClick={retry}>Try again</Button>}
      />
    );
  }
  if (isLoading) return <Skeleton lines={4} />;
  return (
    <p className={styles.page}>
      {passages.map(({ id: chunkId, position, text, before }) => (
        <Fragment key={chunkId}>
          {before}
          <Link
            className={styles.number}
            href={placeOfPassage(id, position)}
            aria-label={`Passage ${position + 1}`}
            title={`Passage ${position + 1}`}
            replace
          >
            {inDigits(position + 1)}
          </Link>
          {position === marked ? (
            <mark ref={element} tabIndex={-1}>
              {text}
            </mark>
          ) : (
            text
          )}
        </Fragment>
      ))}
    </p>
  );
}

/** Where it can be read with what is around it; of what is too high for that, the beginning. Nothing but the column moves. */
function centre(element: HTMLElement): void {
  const column = element.closest('section');
  if (!column) return;
  const [place, room] = [element.getBoundingClientRect(), column.getBoundingClientRect()];
  const above = Math.max(MIN_ABOVE_PX, (room.height - place.height) / 2);
  column.scrollTop += place.top - room.top - above;
}
