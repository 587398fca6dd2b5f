import { ArrowUpRight } from 'lucide-react';
import { Link, useRoute, useSearch } from 'wouter';
import { useIsNarrow } from '../parts/use-media.ts';
import styles from './item.module.css';
import { placeOfSource, type Source } from './place-of.ts';
import { leaveWhy } from './use-why.ts';

/** Leads to where it was said, or stands. */
export function OpenSource({ source }: { source: Source }) {
  const isMessage = source.__typename === 'ChatMessage';
  const what = isMessage
    ? `message ${source.seq} of ${source.session.title}`
    : `passage ${source.position + 1} of ${source.document.filename}`;
  const search = useSearch();
  const isNarrow = useIsNarrow();
  const [, here] = useRoute('/s/:id');
  // Within the session that is read, what is explained stays beside it.
  const isBeside = isMessage && !isNarrow && search !== '' && source.session.id === here?.id;
  const href = placeOfSource(source);
  return (
    <Link className={styles.open} href={isBeside ? href.replace('#', `?${search}#`) : href} onClick={leaveWhy}>
      Open<span className="sr"> {what}</span>
      <ArrowUpRight size={13} aria-hidden="true" />
    </Link>
  );
}
