import { CircleAlert, FileText, X } from 'lucide-react';
import { useEffect } from 'react';
import { Link } from 'wouter';
import { useDocumentQuery } from '../../../../client/generated/hooks.ts';
import { stateOf } from '../document-words.ts';
import { usePendingDocuments } from '../use-pending-documents.ts';
import styles from './attached-chips.module.css';

export function DocumentChip({ id, onRemove }: { id: string; onRemove: (id: string) => void }) {
  const { data } = useDocumentQuery({ variables: { id, first: 1 } });
  const document = data?.document;
  const isGone = document === null;
  usePendingDocuments(document ? [document] : []);
  useEffect(() => {
    if (isGone) onRemove(id);
  }, [isGone, id, onRemove]);
  if (!document) return null;

  const { filename, status, error } = document;
  const isFailed = status === 'FAILED';
  return (
    <li className={`${styles.chip} ${isFailed ? styles.failed : ''}`} title={error ?? undefined}>
      {isFailed ? <CircleAlert size={14} aria-hidden="true" /> : <FileText size={14} aria-hidden="true" />}
      <Link href={`/documents?open=${id}`}>{filename}</Link>
      {status !== 'READY' && <span className={styles.state}>{stateOf(document)}</span>}
      <button type="button" aria-label={`Remove ${filename} from this session`} onClick={() => onRemove(id)}>
        <X size={14} aria-hidden="true" />
      </button>
    </li>
  );
}
