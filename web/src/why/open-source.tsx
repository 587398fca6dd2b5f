import { ArrowUpRight } from 'lucide-react';
import { Link } from 'wouter';
import styles from './item.module.css';
import { placeOfSource, type Source } from './place-of.ts';
import { leaveWhy } from './use-why.ts';

/** Leads to where it was said, or stands. */
export function OpenSource({ source }: { source: Source }) {
  const isMessage = source.__typename === 'ChatMessage';
  const what = isMessage
    ? `message ${source.seq} of ${source.session.title}`
    : `passage ${source.position + 1} of ${source.document.filename}`;
  return (
    <Link className={styles.open} href={placeOfSource(source)} onClick={leaveWhy}>
      Open<span className="sr"> {what}</span>
      <ArrowUpRight size={13} aria-hidden="true" />
    </Link>
  );
}
